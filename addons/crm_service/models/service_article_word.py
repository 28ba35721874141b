from odoo import api, fields, models
from odoo.tools import SQL


class ServiceArticleWord(models.Model):
    """In how many articles a word is: the sum of its rows.

    Who saves an article adds rows and changes none, so that nobody waits for anybody;
    every night the rows of a word become one. The empty word counts the articles.
    """

    _name = "service.article.word"
    _description = "Words of Articles"
    _log_access = False
    _rec_name = "word"

    word = fields.Char(required=True, index=True)
    change = fields.Integer(required=True)

    @api.model
    def _replace(self, rows, article_ids):
        """Replace rows of the index and count their words, in one statement.

        :param rows: dictionaries of the columns of the index
        :param article_ids: articles that have these rows, and no others, afterwards
        """
        self.env.execute_query(
            SQL(
                """
                %s, old AS (
                    SELECT article_id, words FROM service_article_index
                     WHERE article_id = ANY(%s)
                ), gone AS (
                    DELETE FROM service_article_index
                     WHERE article_id = ANY(%s)
                       AND article_id NOT IN (SELECT article_id FROM fresh)
                ), change AS (
                    SELECT unnest(array_prepend('', tsvector_to_array(words))) AS word,
                           1 AS change FROM fresh
                     UNION ALL
                    SELECT unnest(array_prepend('', tsvector_to_array(words))), -1
                      FROM old
                )
                INSERT INTO service_article_word (word, change)
                SELECT word, sum(change) FROM change
                 GROUP BY word HAVING sum(change) <> 0
                RETURNING 1
                """,
                self.env["service.article.index"]._insert_sql(rows),
                article_ids,
                article_ids,
            )
        )

    @api.model
    def _recount(self):
        """Count the words of the index anew."""
        self.env.cr.execute(
            """
            DELETE FROM service_article_word;
            INSERT INTO service_article_word (word, change)
            SELECT word, ndoc FROM ts_stat('SELECT words FROM service_article_index')
             UNION ALL
            SELECT '', count(*) FROM service_article_index HAVING count(*) > 0
            """
        )

    @api.model
    def _get_counts(self, wanted):
        """Give the number of articles with each word, and with ``""`` of all.

        :return: dictionary of the words that articles have
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT word, sum(change)::int FROM service_article_word
                 WHERE word = ANY(%s) GROUP BY word HAVING sum(change) > 0
                """,
                ["", *wanted],
            )
        )
        return dict(rows)

    @api.autovacuum
    def _gc_words(self):
        """Make one row of each word, in one pass over the table."""
        self.env.cr.execute(
            """
            WITH gone AS (
                DELETE FROM service_article_word RETURNING word, change
            )
            INSERT INTO service_article_word (word, change)
            SELECT word, sum(change) FROM gone GROUP BY word HAVING sum(change) <> 0
            """
        )
