"""Words that the demo company's names are made of."""

# (English, Chinese, province code, postcode, area code)
CITIES = [
    ("Shanghai", "上海", "沪", "200000", "21"),
    ("Beijing", "北京", "京", "100000", "10"),
    ("Guangzhou", "广州", "粤", "510000", "20"),
    ("Shenzhen", "深圳", "粤", "518000", "755"),
    ("Hangzhou", "杭州", "浙", "310000", "571"),
    ("Chengdu", "成都", "蜀", "610000", "28"),
    ("Wuhan", "武汉", "鄂", "430000", "27"),
    ("Nanjing", "南京", "苏", "210000", "25"),
    ("Xi'an", "西安", "陕", "710000", "29"),
    ("Qingdao", "青岛", "鲁", "266000", "532"),
]
# name, city, country, beginning of the phone number, digits that follow
ABROAD = [
    ("Harbour Trading Ltd", "London", "uk", "+44 20 7", 7),
    ("Northgate Office Supplies", "Manchester", "uk", "+44 161 4", 6),
    ("Hansen Papierhaus GmbH", "Hamburg", "de", "+49 40 3", 6),
    ("Merlion Stationers Pte Ltd", "Singapore", "sg", "+65 6", 7),
    ("Sakura Bunka", "Osaka", "jp", "+81 6 6", 7),
    ("Blue Lotus Retail", "Singapore", "sg", "+65 6", 7),
]
BRANDS = [
    "晨曦",
    "博雅",
    "蓝鲸",
    "学府",
    "墨香",
    "向阳",
    "星河",
    "华信",
    "远景",
    "康泰",
]
BRANDS += [
    "东方",
    "立德",
    "启明",
    "恒丰",
    "海纳",
    "绿源",
    "天和",
    "瑞丰",
    "万通",
    "金桥",
]
TRADES = {
    "shop": ["文具店", "书店", "文化用品店", "文创生活馆", "文具超市"],
    "direct": [
        "律师事务所",
        "设计院",
        "医院",
        "科技有限公司",
        "国际学校",
        "酒店",
        "软件有限公司",
    ],
    "dealer": ["办公用品批发", "商贸有限公司", "文仪有限公司"],
}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
]
GIVEN += [
    "涛",
    "明",
    "超",
    "秀英",
    "霞",
    "平",
    "刚",
    "桂英",
    "文博",
    "雨桐",
    "子涵",
    "思远",
]
FOREIGN_PEOPLE = [
    "Oliver Smith",
    "Anna Keller",
    "Grace Tan",
    "Kenji Mori",
    "Lena Fischer",
]
STREETS = ["中山路", "人民路", "解放路", "建设大道", "科技园路", "文化街", "滨江大道"]
FUNCTIONS = [
    ("Purchasing manager", "采购经理"),
    ("Office manager", "行政主管"),
    ("Owner", "店主"),
    ("Accountant", "会计"),
]
