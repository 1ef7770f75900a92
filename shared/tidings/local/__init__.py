"""The local runner: the wiring of template.yaml over embedded queues, blobs and store."""
