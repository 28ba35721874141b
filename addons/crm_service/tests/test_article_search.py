from odoo.tests import tagged

from .article_common import ArticleCase


@tagged("post_install", "-at_install", "cap_v08")
class TestArticleSearch(ArticleCase):
    """Articles are found by what they say, in both scripts and in step with writing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jam = cls._published(
            "打印机卡纸",
            "<h2>取出纸张</h2><p>打开后盖，取出卡住的纸。</p>",
            audience="public",
        )
        cls.invoice = cls._published(
            "修改发票抬头", "<p>开票后三十天内可以重开。</p>", audience="customer"
        )
        cls.model = cls._published(
            "Toner of the A-200X", "<p>Order NE15038.</p>", keywords="cartridge"
        )

    def _find(self, text, **options):
        return self.env["service.article.index"]._find(text, **options)

    def _counts(self):
        """Give the counts of words from the index itself, and as they are kept."""
        self.env.cr.execute(
            """
            SELECT word, ndoc FROM ts_stat('SELECT words FROM service_article_index')
             UNION ALL SELECT '', count(*) FROM service_article_index
            """
        )
        real = dict(self.env.cr.fetchall())
        self.env.cr.execute(
            "SELECT word, sum(change) FROM service_article_word GROUP BY word "
            "HAVING sum(change) <> 0"
        )
        return real, dict(self.env.cr.fetchall())

    def test_words_and_phrases(self):
        for text, wanted in (
            ("卡纸", self.jam),
            ("打印机又卡纸了怎么办", self.jam),
            ("取出纸张", self.jam),
            ("發票擡頭", self.invoice),
            ("重開", self.invoice),
            ("a200x", self.model),
            ("ne15038", self.model),
            ("cartridges", self.model),
            ("ＴＯＮＥＲ", self.model),
        ):
            with self.subTest(text):
                self.assertEqual(self._find(text)[:1], wanted.ids)

    def test_nothing_found(self):
        for text in ("", "   ", "'", "\\ : & | !", "乱码", "x" * 5000, None):
            with self.subTest(text):
                articles = self.env["service.article"].with_user(self.agent)
                self.assertEqual(articles.search_articles(text), [])

    def test_a_character_alone(self):
        self.assertIn(self.jam.id, self._find("纸"))
        self.assertEqual(self._find("票"), self.invoice.ids)
        self.assertEqual(self._find("墨"), [])
        self.assertEqual(self._find("票开给我")[0], self.invoice.id)

    def test_titles_count_more(self):
        body = self._published("说明", "<p>关于卡纸的一般说明。</p>")
        self.assertEqual(self._find("卡纸"), [self.jam.id, body.id])

    def test_the_list_shows_the_best_first(self):
        self._published("说明", "<p>关于卡纸的一般说明。</p>")
        articles = self.env["service.article"].with_user(self.agent)
        domain = [("words", "ilike", "打印机卡纸")]
        found = articles.web_search_read(domain, {"name": {}})["records"]
        self.assertEqual(found[0]["id"], self.jam.id)
        last = articles.search(
            [*domain, ("state", "=", "published")], order="name desc"
        )
        self.assertEqual(last[0].name, "说明")
        self.assertEqual(articles.search_count(domain), 2)
        self.assertFalse(articles.search([("words", "=", False)]))

    def test_synonyms(self):
        self.assertFalse(self._find("墨粉"))
        self.assertFalse(self._find("log in"))
        synonym = (
            self.env["service.synonym"]
            .with_user(self.service_manager)
            .create({"name": "墨粉，硒鼓、碳粉, toner, paper jam"})
        )
        self.assertEqual(self._find("换墨粉"), self.model.ids)
        synonym.name = "堵塞, 卡纸"
        self.assertEqual(self._find("堵塞"), self.jam.ids)
        synonym.active = False
        self.assertFalse(self._find("堵塞"))

    def test_in_step_with_writing(self):
        article = self._article("从前", "<p>内容</p>")
        self.assertEqual(self._find("从前"), article.ids)
        article.name = "新题目"
        self.assertFalse(self._find("从前"))
        self.assertEqual(self._find("新题目"), article.ids)
        self.assertFalse(self._find("新题目", only_live=True))
        self._publish(article)
        self.assertEqual(self._find("新题目", only_live=True), article.ids)
        article.action_revise()
        article.name = "尚未公布"
        self.assertFalse(self._find("尚未公布"), "readers find what is published")
        article.with_user(self.service_manager).action_retire()
        self.assertFalse(self._find("新题目"))
        draft = self._article("将要删除")
        draft.with_user(self.service_manager).unlink()
        self.assertFalse(self._find("将要删除"))
        real, kept = self._counts()
        self.assertEqual(real, kept)
        self.env["service.article.word"]._gc_words()
        self.assertEqual(self._counts()[1], kept)
        self.env.cr.execute(
            "SELECT count(*) - count(DISTINCT word) FROM service_article_word"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_rebuild(self):
        cron = self.env.ref("crm_service.service_article_index_cron")
        self.env.cr.execute(
            """
            DELETE FROM service_article_index WHERE article_id = %s;
            UPDATE service_article_index SET words = '';
            INSERT INTO service_article_word (word, change) VALUES ('wrong', 7);
            """,
            [self.jam.id],
        )
        self.env["service.article"].with_user(
            self.service_manager
        ).action_rebuild_index()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        for article, text in ((self.jam, "后盖"), (self.invoice, "三十天内")):
            self.assertEqual(self._find(text)[:1], article.ids)
        real, kept = self._counts()
        self.assertEqual(real, kept)
        self.env.cr.execute("SELECT count(*) FROM service_article_index WHERE is_stale")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_readers(self):
        self.assertEqual(self._find("卡纸", openness=2), self.jam.ids)
        self.assertFalse(self._find("发票抬头", openness=2))
        self.assertEqual(self._find("发票抬头", openness=1), self.invoice.ids)
        mine = self._published("专用卡纸说明", company_id=self.company.id)
        for user, ids in (
            (self.agent, {self.jam.id, mine.id}),
            (self.foreign_agent, {self.jam.id}),
        ):
            articles = self.env["service.article"].with_user(user)
            found = {one["id"] for one in articles.search_articles("卡纸")}
            self.assertEqual(found, ids)
            self.assertEqual(
                set(articles.search([("words", "ilike", "卡纸")])._ids), ids
            )

    def test_queries_do_not_grow(self):
        articles = self.env["service.article"].with_user(self.agent)

        def asks():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            articles.search_articles("打印机卡纸")
            return self.env.cr.sql_log_count - before

        def writes(count):
            before = self.env.cr.sql_log_count
            articles.create([{"name": f"打印机 {number}"} for number in range(count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        asks()
        one = asks()
        self.assertLessEqual(one, 5)
        writes(1)
        alone = writes(1)
        self.assertLessEqual(writes(50), alone + 3)
        self.assertLessEqual(asks(), one)
