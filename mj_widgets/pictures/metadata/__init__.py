"""What a picture's file tells of its making, and files that tell it.

PNG keeps text chunks as Midjourney's own files do; JPEG, WebP, GIF and MP4 keep XMP. Files are cut
into their parts and put together again: pixels and frames are never encoded anew, and what other
programs wrote stays.
"""

from mj_widgets.pictures.metadata.facts import LONGEST_FACT, LONGEST_PROMPT, Facts
from mj_widgets.pictures.metadata.formats import metadata_in, read_metadata, with_facts

__all__ = [
    "LONGEST_FACT",
    "LONGEST_PROMPT",
    "Facts",
    "metadata_in",
    "read_metadata",
    "with_facts",
]
