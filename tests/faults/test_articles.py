"""Articles that several processes write and publish at once."""

import pytest

# takes 60 seconds
WORKERS, TIMES = 3, 25
WRONG_COUNTS = """
select count(*)
  from (select word, sum(change) as kept from service_article_word group by word) k
  full join (select word, ndoc from ts_stat('select words from service_article_index')
              union all select '', count(*) from service_article_index) r using (word)
 where coalesce(kept, 0) <> coalesce(ndoc, 0)
"""
VERSIONS = "select count(*), max(number) from service_article_version"


@pytest.fixture
def database(odoo):
    name = "faults_articles"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.articles:prepare", workers=WORKERS)
    yield name
    odoo.drop(name)


@pytest.mark.cap_v08
def test_authors_are_not_in_each_others_way(odoo, database, at_once):
    paths = at_once(database, "tests.faults.articles:write", WORKERS, times=TIMES)
    assert [path.read_text() for path in paths] == ["0"] * WORKERS
    assert odoo.cluster.sql(WRONG_COUNTS, database) == "0"


@pytest.mark.cap_v08
def test_an_article_is_published_once(odoo, database, at_once):
    paths = at_once(database, "tests.faults.articles:publish", WORKERS)
    told = sorted(path.read_text() for path in paths)
    assert told == ["done"] + ["refused"] * (WORKERS - 1)
    assert odoo.cluster.sql(VERSIONS, database) == "1|1"
    assert odoo.cluster.sql(WRONG_COUNTS, database) == "0"
