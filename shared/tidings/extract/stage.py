"""The extract stage: read an article, store its extraction, tell publish.

The extraction's blob key holds the article's version and the model, so that the same work twice writes the same blob. The
rules change more often than the model: an extraction takes the place of the one before, or a replay would publish what
the rules of long ago found.
"""

from __future__ import annotations

from pydantic import ValidationError

from tidings import keys
from tidings.errors import BadInput
from tidings.extract.pipeline import Extractor
from tidings.messages import ExtractArticle, PublishExtraction
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.records import Article


def extract(message: ExtractArticle, *, extractor: Extractor, blobs: Blobs, publish_queue: Sender) -> None:
    """Extract one article. One that is too long has an extraction that says so and holds no facts.

    Raises:
        NotFound: the article's blob is not there.
        BadInput: it holds no article.
        Unavailable: a service does not answer.
    """
    article = _article(message, blobs)
    key = keys.extraction_blob(article.article_id, article.version, extractor.model)
    extraction = extractor.extract(article.article_id, article.text, article.published_locally())
    blobs.replace(key, extraction.model_dump_json().encode())
    told = PublishExtraction(
        correlation_id=message.correlation_id,
        article_id=article.article_id,
        extraction_key=key,
        article_key=message.blob_key,
    )
    publish_queue.send([told.model_dump_json()])


def _article(message: ExtractArticle, blobs: Blobs) -> Article:
    try:
        return Article.model_validate_json(blobs.get(message.blob_key))
    except ValidationError as error:
        raise BadInput(f"{message.blob_key} holds no article: {error.errors()[0]['msg']}") from None
