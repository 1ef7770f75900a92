"""Extract: turns the articles of the extract queue into extractions."""

from __future__ import annotations

from tidings.batch import Outcome
from tidings.bootstrap import Resources
from tidings.extract.pipeline import load_extractor
from tidings.extract.stage import extract
from tidings.functions import Function
from tidings.heard import HeardSender
from tidings.messages import ExtractArticle
from tidings.settings import Settings

function = Function("extract")
# In the init phase, which Lambda runs at full speed and takes its snapshot after: no article waits for the model.
load_extractor(Settings()).warm_up()


@function.queue(ExtractArticle)
def handler(message: ExtractArticle, tools: Resources) -> Outcome:
    """Extract from one article."""
    heard = HeardSender(tools.queues.publish, "extraction_key")
    extract(message, extractor=load_extractor(tools.settings), blobs=tools.blobs, publish_queue=heard)
    return Outcome(heard.ids)
