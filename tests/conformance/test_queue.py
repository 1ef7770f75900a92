"""What every queue does."""

from tidings.ports.queue import Queue

Queues = tuple[Queue, Queue]


def test_a_sent_message_is_received_with_its_attributes(queues: Queues) -> None:
    queue, _ = queues
    queue.send(["körper"], attributes={"reason": "why"})
    (message,) = queue.receive(10, 60)
    assert (message.body, message.receive_count, message.attributes) == ("körper", 1, {"reason": "why"})
    assert message.sent_at_ms > 1_600_000_000_000


def test_a_received_message_is_hidden(queues: Queues) -> None:
    queue, _ = queues
    queue.send(["a"])
    assert len(queue.receive(10, 60)) == 1
    assert queue.receive(10, 60) == []
    assert queue.depth() == 1


def test_a_message_that_is_shown_again_counts_its_receives(queues: Queues) -> None:
    queue, _ = queues
    queue.send(["a"])
    (first,) = queue.receive(10, 60)
    queue.change_visibility(first.receipt, 0)
    (second,) = queue.receive(10, 60)
    assert second.receive_count == 2
    assert second.message_id == first.message_id


def test_a_deleted_message_is_gone(queues: Queues) -> None:
    queue, _ = queues
    queue.send(["a"])
    queue.delete(queue.receive(10, 60)[0].receipt)
    assert queue.depth() == 0


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(queues: Queues) -> None:
    queue, dead = queues
    queue.send(["poison"])
    for _ in range(2):
        queue.change_visibility(queue.receive(10, 60)[0].receipt, 0)
    assert queue.receive(10, 60) == []
    assert [message.body for message in dead.receive(10, 60)] == ["poison"]


def test_twenty_five_messages_go_in_and_come_out_ten_at_most(queues: Queues) -> None:
    queue, _ = queues
    queue.send([str(k) for k in range(25)])
    sizes, bodies = [], set()
    while received := queue.receive(25, 60):
        sizes.append(len(received))
        bodies |= {message.body for message in received}
    assert max(sizes) <= 10
    assert len(bodies) == 25


def test_sending_nothing_is_fine(queues: Queues) -> None:
    queues[0].send([])
    assert queues[0].depth() == 0


def test_a_receipt_of_a_deleted_message_is_ignored(queues: Queues) -> None:
    queue, _ = queues
    queue.send(["a"])
    (message,) = queue.receive(10, 60)
    queue.delete(message.receipt)
    queue.delete(message.receipt)
    assert queue.depth() == 0
