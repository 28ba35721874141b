import sys

from odoo.tests import tagged

from . import knowledge_set
from .article_common import ArticleCase

#: An article counts as found among so many; the part of questions that find theirs.
AMONG, BAR = 5, 0.85


@tagged("post_install", "-at_install", "cap_v08")
class TestArticleRecall(ArticleCase):
    """Questions in customers' words find the article that answers them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.samples = knowledge_set.read_articles()
        cls.articles = cls.env["service.article"].create(
            [
                {
                    "name": sample.title,
                    "keywords": sample.keywords,
                    "body": sample.body,
                    "audience": "public",
                }
                for sample in cls.samples
            ]
        )
        cls.env["service.synonym"].create(
            [{"name": line} for line in knowledge_set.read_synonyms()]
        )

    def _recall(self, held_out):
        """Give how many questions found their article, and how many there are."""
        index, found, asked = self.env["service.article.index"], 0, 0
        for article, sample in zip(self.articles, self.samples, strict=True):
            for question in sample.questions:
                if knowledge_set.is_held_out(question) == held_out:
                    asked += 1
                    found += article.id in index._find(question)[:AMONG]
        return found, asked

    def test_the_set(self):
        questions = [one for sample in self.samples for one in sample.questions]
        self.assertGreaterEqual(len(self.samples), 60)
        self.assertGreaterEqual(len(set(questions)), 200)
        held_out = sum(map(knowledge_set.is_held_out, questions))
        self.assertAlmostEqual(held_out / len(questions), 0.4, delta=0.06)
        titles = {sample.title for sample in self.samples}
        self.assertFalse(titles & set(questions))

    def test_recall(self):
        for held_out, name in ((False, "tuned"), (True, "held out")):
            found, asked = self._recall(held_out)
            sys.stdout.write(
                f"\nrecall@{AMONG}, {name}: {found} of {asked}, {found / asked:.3f}\n"
            )
            with self.subTest(name):
                self.assertGreaterEqual(found / asked, BAR)
