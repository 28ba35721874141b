"""Which column of a file holds what, and how its dates and numbers are written."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

#: Names by which columns are known, likeliest first; see :func:`_plain`.
ALIASES = {
    "customer": "customerid customer custid customerno customernumber customercode "
    "clientid client userid user memberid membernumber member householdkey household "
    "accountid account buyerid buyer shopperid cardid cardno card customeruniqueid "
    "visitorid 客户编号 客户编码 客户id 客户 会员号 会员编号 会员id 会员 顾客 用户id "
    "用户 customername clientname 客户名称",
    "date": "invoicedate orderdate transactiondate purchasedate saledate salesdate "
    "date datetime day timestamp eventtime orderpurchasetimestamp transactiondt tdat "
    "time createdat ordertime purchasetime 下单时间 订单日期 交易日期 销售日期 日期 "
    "时间",
    "order": "invoiceno invoice invoiceid invoicenumber orderid orderno ordernumber "
    "order transactionid transactionno transaction basketid basket receiptid receipt "
    "receiptno ticket ticketid billno billid bill documentno document 订单号 订单编号 "
    "订单 单号 小票号 小票 流水号",
    "product": "stockcode sku skuid productid productcode product itemid itemcode "
    "item articleid article itemdescription productname description itemname 商品编号 "
    "商品编码 商品id 商品 产品编号 产品 货号 商品名称",
    "product_name": "productname description itemdescription productdescription "
    "itemname articlename articledescription 商品名称 产品名称 品名",
    "quantity": "quantity qty quantityordered purchasequantity units count pieces "
    "数量 件数",
    "price": "unitprice price priceeach salesprice pricepaid 单价 价格",
    "amount": "amount totalamount lineamount linetotal total totalprice sales "
    "salesvalue salesamount purchaseamount revenue subtotal value spend payment "
    "paymentvalue 金额 销售额 实付金额 总价 总金额 付款金额",
    "unit_cost": "unitcost costprice standardprice purchaseprice 成本价 单位成本",
    "cost": "cost totalcost linecost 成本",
    "margin": "margin profit grossprofit 利润 毛利",
    "currency": "currency currencycode 币种 货币",
}
ROLES = tuple(ALIASES)
#: What files write where nothing is known.
NOTHING = {"", "nan", "null", "none", "n/a", "#n/a", "na", "nil", "-", "\\n"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_EPOCH = date(1970, 1, 1).toordinal()
#: Day 1970-01-01 in spreadsheets.
_SHEET = 25569
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d{1,2})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{2,3})+(?:\.\d*)?")
_SIGNS = re.compile(
    r"[\s\u00a0\u202f$€£¥￥₹₽元'’]|[A-Z]{3}(?=[\s\d-])|(?<=\d)\s*[A-Z]{3}$"
)


class BadColumns(Exception):
    """A column that is asked for is not there, or one that is needed is missing."""


def _plain(name):
    return re.sub(r"[\W_]+", "", name.casefold())


def guess(header, wanted):
    """Say which column holds what.

    :param header: names of the columns
    :param wanted: ``{role: name or number from 1}`` that the user said
    :return: ``{role: place from 0}``
    :raise BadColumns: a column that is wanted is not there
    """
    found = {role: _wanted(header, role, name) for role, name in wanted.items()}
    names = {_plain(name): place for place, name in reversed([*enumerate(header)])}
    for exactly in (True, False):
        for role, aliases in ALIASES.items():
            if role in found or (not exactly and _needless(role, found)):
                continue
            taken = set(found.values())
            free = {name: at for name, at in names.items() if at not in taken}
            place = _named(free, aliases.split(), exactly)
            if place is not None:
                found[role] = place
    return found


def is_header(cells):
    """Tell whether at least two of the cells are names of columns.

    >>> is_header(["Invoice", "Customer ID", "x"]), is_header(["milk", "bread"])
    (True, False)
    """
    known = {name for aliases in ALIASES.values() for name in aliases.split()}
    return len({_plain(cell) for cell in cells} & known) > 1


def _wanted(header, role, name):
    matches = [at for at, title in enumerate(header) if title.strip() == name.strip()]
    if not matches:
        matches = [
            at for at, title in enumerate(header) if _plain(title) == _plain(name)
        ]
    if not matches and name.isdigit() and 0 < int(name) <= len(header):
        matches = [int(name) - 1]
    if not matches:
        raise BadColumns(
            f"There is no column “{name}” for the {role}. The columns are: "
            f"{', '.join(header)}."
        )
    return matches[0]


def _needless(role, found):
    """Tell whether a name that is only alike would do more harm than good."""
    if role in ("product_name", "unit_cost", "cost", "margin", "currency"):
        return True
    if role == "amount":
        return {"quantity", "price"} <= found.keys()
    return role == "price" and "amount" in found


def _named(names, aliases, exactly):
    for alias in aliases:
        if exactly and alias in names:
            return names[alias]
        if not exactly and (len(alias) > 3 or not alias.isascii()):
            alike = [place for name, place in names.items() if alias in name]
            if alike:
                return min(alike)
    return None


# ----------------------------------------------------------------------------- dates


def _iso(match):
    return date(int(match[1]), int(match[2]), int(match[3])).toordinal() - _EPOCH


def _year(text):
    year = int(text)
    return year if year > 99 else year + (1900 if year > 68 else 2000)


def _day_month(match):
    return date(_year(match[3]), int(match[2]), int(match[1])).toordinal() - _EPOCH


def _month_day(match):
    return date(_year(match[3]), int(match[1]), int(match[2])).toordinal() - _EPOCH


def _month(text):
    return _MONTHS.index(text[:3].lower()) + 1


def _day_word(match):
    return date(_year(match[3]), _month(match[2]), int(match[1])).toordinal() - _EPOCH


def _word_day(match):
    return date(_year(match[3]), _month(match[1]), int(match[2])).toordinal() - _EPOCH


_WORDS = "|".join(f"{month}[a-z]*" for month in _MONTHS)
_NUMBERS = r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?!\d)"
FORMATS = {
    "year-month-day": (r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)", _iso),
    "yyyymmdd": (r"(\d{4})(\d\d)(\d\d)(?:\D|\d{4}$|\d{6}$|$)", _iso),
    "day/month/year": (_NUMBERS, _day_month),
    "month/day/year": (_NUMBERS, _month_day),
    "day month-name year": (
        rf"(\d{{1,2}})[-/. ]*({_WORDS})[-/., ]+(\d{{4}}|\d{{2}})(?!\d)",
        _day_word,
    ),
    "month-name day year": (rf"({_WORDS})[. ]+(\d{{1,2}}),? +(\d{{4}})", _word_day),
    "seconds since 1970": (
        r"(\d{10})(?:\d{3})?(?:\.\d+)?$",
        lambda match: int(match[1]) // 86400,
    ),
    "day of a spreadsheet": (
        r"(\d{5})(?:\.\d+)?$",
        lambda match: int(match[1]) - _SHEET,
    ),
    "number of a day": (r"(\d{1,4})$", lambda match: int(match[1])),
}
_PATTERNS = {
    name: (re.compile(pattern, re.IGNORECASE), make)
    for name, (pattern, make) in FORMATS.items()
}
#: Formats that say the same of any file, and may be mixed.
_CLEAR = ("year-month-day", "yyyymmdd", "day month-name year", "month-name day year")


@dataclass
class Dates:
    """How dates are written: the main format first."""

    formats: tuple
    is_unsure: bool = False

    def __post_init__(self):
        self._known = {}

    def read(self, text):
        """Give the day number of a date, None when it is none."""
        if text not in self._known:
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text):
        for name in self.formats:
            pattern, make = _PATTERNS[name]
            match = pattern.match(text)
            if match:
                try:
                    return make(match)
                except ValueError:
                    continue
        return None


def guess_dates(texts, day_first=None):
    """Find out how dates are written.

    Whether 3/4 is in March or in April, the other dates tell; where none does, the
    month is taken to come first, and the answer is unsure.
    """
    counts = Counter()
    for name in FORMATS:
        dates = Dates((name,))
        counts[name] = sum(dates.read(text) is not None for text in texts)
    before, after = counts["day/month/year"], counts["month/day/year"]
    if day_first is not None:
        before, after = (1, 0) if day_first else (0, 1)
    del counts["month/day/year" if before > after else "day/month/year"]
    best = max(FORMATS, key=lambda name: counts.get(name, 0))
    is_unsure = best == "month/day/year" and before == after
    others = (name for name in _CLEAR if name != best)
    return Dates((best, *others), is_unsure)


# --------------------------------------------------------------------------- numbers


class NoNumber(ValueError):
    """A cell is no number, is infinite, or is too large."""


#: Cents above this are no money.
LARGEST = Decimal(10**13)


def number(text, comma=False):
    """Give a number from how people write it, None for an empty cell.

    :param comma: the decimals come after a comma
    :raise NoNumber: it is none, with the reason in one word

    >>> [str(number(text)) for text in ("£1,234.50", "(3)", "2.5-", "NaN")]
    ['1234.50', '-3', '-2.5', 'None']
    """
    text = text.strip()
    if text.lower() in NOTHING:
        return None
    if not (_PLAIN_NUMBER.fullmatch(text) and not comma):
        text = _clean(text, comma)
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise NoNumber("unreadable") from None
    if not found.is_finite():
        raise NoNumber("infinite")
    if abs(found) >= LARGEST:
        raise NoNumber("huge")
    return found


def _clean(text, comma):
    text = _SIGNS.sub("", text)
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    elif text.endswith("-"):
        text = "-" + text[:-1]
    if comma:
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def has_comma(texts):
    """Tell whether decimals come after a comma.

    >>> [has_comma(t) for t in (["1,5", "2,75"], ["1,250", "3.5"], ["1.250,00"])]
    [True, False, True]
    """
    comma = sum(bool(re.search(r",\d{1,2}\D*$|\d\.\d{3},\d", text)) for text in texts)
    point = sum(bool(re.search(r"\.\d", text)) for text in texts)
    return comma > 0 and comma >= point
