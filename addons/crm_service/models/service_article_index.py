from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.article_text import parts
from ..tools.question import rare, seek
from ..tools.search_text import all_of, any_of, lexeme, phrase, vector
from ..tools.words import characters, words
from .service_article import AUDIENCES

#: Who may read at least: internal 0, customer 1, public 2.
OPENNESS = {audience: place for place, (audience, _label) in enumerate(AUDIENCES)}


class Pains(NamedTuple):
    """How much a search may look at.

    :param candidates: articles of one step
    :param rare: articles that the rare words of a question may bring in together
    :param counted: words, and characters alone, that decide about the order
    """

    candidates: int
    rare: int
    counted: tuple


#: For somebody who searches, and for what appears by itself.
THOROUGH = Pains(1000, 3000, (24, 12))
QUICK = Pains(200, 400, (12, 6))
#: An article in another language than the question counts so much.
FOREIGN = 0.4
#: A step is left out when the one before found so many.
ENOUGH = 20
#: What a word adds in the body, in headings, keywords and title.
WEIGHTS = [0.4, 0.6, 0.9, 1.0]
#: Columns of the index and their types.
COLUMNS = {
    "article_id": "int",
    "openness": "int",
    "is_live": "bool",
    "is_han": "bool",
    "company_id": "int",
    "head": "tsvector",
    "words": "tsvector",
    "is_stale": "bool",
}
#: Articles that are indexed by one statement.
BATCH = 500


class ServiceArticleIndex(models.Model):
    """The words of an article, apart from it, so that its table stays quick to write.

    Readers search what they may read: the live version, or else the draft. Retired
    articles are not here.
    """

    _name = "service.article.index"
    _description = "Search Index of Articles"
    _log_access = False
    _rec_name = "article_id"

    article_id = fields.Many2one("service.article", required=True, ondelete="cascade")
    openness = fields.Integer(required=True)
    is_live = fields.Boolean(required=True)
    is_han = fields.Boolean(required=True, help="Written in Chinese characters.")
    is_stale = fields.Boolean(required=True, help="To be made anew.")
    company_id = fields.Many2one("res.company", ondelete="cascade")

    _article = models.UniqueIndex("(article_id)")

    def init(self):
        # Readers are many and authors few: no list of new words that each search reads.
        self.env.cr.execute(
            """
            ALTER TABLE service_article_index
                ADD COLUMN IF NOT EXISTS head tsvector,
                ADD COLUMN IF NOT EXISTS words tsvector;
            ALTER TABLE service_article_index ALTER COLUMN words SET STORAGE EXTERNAL;
            CREATE INDEX IF NOT EXISTS service_article_index_head
                ON service_article_index USING gin (head) WITH (fastupdate = off);
            CREATE INDEX IF NOT EXISTS service_article_index_words
                ON service_article_index USING gin (words) WITH (fastupdate = off);
            """
        )

    # ------------------------------------------------------------------------ keeping

    @api.model
    def _keep(self, articles):
        """Bring the index and the counts of words in step with articles."""
        for start in range(0, len(articles), BATCH):
            batch = articles[start : start + BATCH]
            self.env["service.article.word"]._replace(
                self._prepare_rows(batch), batch.ids
            )

    @api.model
    def _cron_refresh(self):
        """Put articles into the index that are marked or missing, a batch at a time."""
        self.env["service.article"].flush_model(["state"])
        missing = SQL(
            """
              FROM service_article a
              LEFT JOIN service_article_index i ON i.article_id = a.id
             WHERE i.is_stale OR (i.id IS NULL AND a.state <> 'retired')
            """
        )
        rows = self.env.execute_query(SQL("SELECT a.id %s LIMIT %s", missing, BATCH))
        self._keep(self.env["service.article"].browse(row[0] for row in rows))
        [(left,)] = self.env.execute_query(SQL("SELECT count(*) %s", missing))
        if rows and not left:
            self.env["service.article.word"]._recount()
        self.env["ir.cron"]._commit_progress(len(rows), remaining=left)

    @api.model
    def _prepare_rows(self, articles):
        return [
            self._prepare_row(article)
            for article in articles
            if article.state != "retired"
        ]

    @api.model
    def _insert_sql(self, rows):
        """Give the beginning of a statement that writes rows, for more to follow.

        :param rows: dictionaries of `COLUMNS`
        :return: ``WITH fresh AS (the rows), saved AS (…)``
        """
        names = list(map(SQL.identifier, COLUMNS))
        values = [
            SQL("%s::%s", [row[name] for row in rows], SQL(f"{kind}[]"))
            for name, kind in COLUMNS.items()
        ]
        return SQL(
            """
            WITH fresh AS (
                SELECT * FROM unnest(%(values)s) AS f (%(names)s)
            ), saved AS (
                INSERT INTO service_article_index (%(names)s)
                SELECT %(names)s FROM fresh
                    ON CONFLICT (article_id) DO UPDATE
                   SET (%(names)s) = (%(excluded)s)
            )
            """,
            names=SQL(", ").join(names),
            values=SQL(", ").join(values),
            excluded=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in names),
        )

    @api.model
    def _prepare_row(self, article):
        text = article.live_version_id or article
        headings, lines = parts(text.body)
        head = [
            *self._said("A", text.name),
            *self._said("B", text.keywords or ""),
            *self._said("C", "\n".join(headings)),
        ]
        return {
            "article_id": article.id,
            "openness": OPENNESS[text.audience],
            "is_live": bool(article.live_version_id),
            "is_han": bool(characters(text.name)),
            "company_id": text.company_id.id or None,
            "is_stale": False,
            "head": vector(head),
            "words": vector([*head, *self._said("D", "\n".join(lines))]),
        }

    @api.model
    def _said(self, weight, text):
        return (weight, words(text)), (weight, characters(text))

    # ---------------------------------------------------------------------- searching

    @api.model
    def _find(self, text, openness=0, only_live=False, pains=THOROUGH):
        """Give the ids of articles that answer a question, the best first.

        First those whose title says all of it, then those with the phrase, with all
        words, with any of the rarer words; in each step by the rarity of what they
        say and by where they say it.

        :param text: words or a question, of any length
        :param openness: 1 for what customers may read, 2 for what everybody may read
        :param only_live: leave drafts out
        :param pains: how much to look at, a `Pains`
        :return: a list as long as a step at most; the reader's rights are not looked at
        """
        sought = seek(text, self.env["service.synonym"]._get_table())
        counts = self.env["service.article.word"]._get_counts(sought.words())
        matters, signs = sought.weigh(counts, counts.pop("", 0), pains.counted)
        if not matters and not signs:
            return []
        steps = self._prepare_steps(sought.phrase, matters, signs, counts, pains)
        wanted = SQL(
            "i.openness >= %s AND i.is_live >= %s "
            "AND (i.company_id IS NULL OR i.company_id = ANY(%s))",
            openness,
            only_live,
            list(self.env.companies.ids),
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(steps)s,
                candidate AS (
                    SELECT article_id, min(step) AS step
                      FROM (%(union)s) AS found GROUP BY article_id
                )
                SELECT i.article_id
                  FROM candidate
                  JOIN service_article_index i USING (article_id)
                  -- read from its store once, not once a word
                 CROSS JOIN LATERAL (
                           SELECT i.words || ''::tsvector AS text OFFSET 0
                       ) AS v
                 ORDER BY candidate.step,
                          %(score)s * CASE WHEN i.is_han = %(is_han)s THEN 1
                                           ELSE %(foreign)s END DESC, i.article_id DESC
                 LIMIT %(most)s
                """,
                steps=self._steps(steps, wanted, pains.candidates),
                union=SQL(" UNION ALL ").join(
                    SQL("SELECT * FROM %s", SQL.identifier(f"step{number}"))
                    for number in range(len(steps))
                ),
                score=self._score(matters + signs),
                is_han=bool(sought.signs),
                foreign=FOREIGN,
                most=pains.candidates,
            )
        )
        return [article_id for (article_id,) in rows]

    @api.model
    def _prepare_steps(self, typed, matters, signs, counts, pains):
        """Give the steps of a search: a column and what to look for in it."""
        ways, lone = (
            [[option.words for option in options] for options in part]
            for part in (matters, signs)
        )
        few = ("words", any_of(rare(ways + lone, counts, pains.rare)))
        if not ways:
            return [few]
        steps = [("head", all_of(ways)), ("words", all_of(ways)), few]
        if typed:
            steps.insert(1, ("words", phrase(typed)))
        return steps

    @api.model
    def _steps(self, steps, wanted, most):
        """Give the steps of a search as parts of a statement.

        A step asks those before it whether it is needed. What is looked for stands in
        a query of its own: not knowing it, the planner uses the index, where it would
        else hope to find enough by reading the table.
        """
        found = []
        for number, (column, query) in enumerate(steps):
            before = SQL(" + ").join(
                SQL("(SELECT count(*) FROM %s)", SQL.identifier(f"step{earlier}"))
                for earlier in range(number)
            )
            found.append(
                SQL(
                    """
                    %s AS MATERIALIZED (
                        SELECT i.article_id, %s AS step
                          FROM service_article_index i
                         WHERE i.%s @@ (SELECT %s::tsquery) AND %s AND %s
                         LIMIT %s
                    )
                    """,
                    SQL.identifier(f"step{number}"),
                    number,
                    SQL.identifier(column),
                    query,
                    wanted,
                    SQL("%s < %s", before, ENOUGH) if number else SQL("TRUE"),
                    most,
                )
            )
        return SQL(", ").join(found)

    @api.model
    def _score(self, matters):
        """Give what an article scores: the best option of each choice, together."""
        choices_ = []
        for options in matters:
            ways = [
                SQL(" + ").join(
                    SQL(
                        "%s * ts_rank(%s::float4[], v.text, %s::tsquery)",
                        share,
                        WEIGHTS,
                        lexeme(word),
                    )
                    for word, share in zip(*option, strict=True)
                )
                for option in options
            ]
            choices_.append(SQL("GREATEST(%s)", SQL(", ").join(ways)))
        return SQL("(%s)", SQL(" + ").join(choices_))
