"""What the domain needs from outside, as protocols. Each has an AWS and an embedded adapter and one conformance suite."""
