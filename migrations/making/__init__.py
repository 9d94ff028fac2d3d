"""New versions and new projects: what differs from the head, and which operations say so."""

from migrations.making.differing import differing, sparse
from migrations.making.making import Made, make, open_questions
from migrations.making.starting import init
from migrations.making.successors import Answers, OpenQuestions

__all__ = [
    "Answers",
    "Made",
    "OpenQuestions",
    "differing",
    "init",
    "make",
    "open_questions",
    "sparse",
]
