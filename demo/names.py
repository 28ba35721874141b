"""Words that the demo company's names are made of."""

# (English, Chinese, province code, postcode, area code)
CITIES = [
    ("Shanghai", "上海", "SH", "200000", "21"),
    ("Beijing", "北京", "BJ", "100000", "10"),
    ("Guangzhou", "广州", "GD", "510000", "20"),
    ("Shenzhen", "深圳", "GD", "518000", "755"),
    ("Hangzhou", "杭州", "ZJ", "310000", "571"),
    ("Chengdu", "成都", "SC", "610000", "28"),
    ("Wuhan", "武汉", "HB", "430000", "27"),
    ("Nanjing", "南京", "JS", "210000", "25"),
    ("Xi'an", "西安", "SN", "710000", "29"),
    ("Qingdao", "青岛", "SD", "266000", "532"),
]
ABROAD = [
    ("Singapore", "SG", "+65 6", 7),
    ("London", "GB", "+44 20 7", 7),
    ("Hamburg", "DE", "+49 40 ", 7),
    ("Osaka", "JP", "+81 6 6", 7),
]
SHOPS = [
    "晨曦文具店",
    "博雅书店",
    "蓝鲸文化用品",
    "学府文具",
    "墨香斋",
    "向阳文具超市",
    "小马文具屋",
    "雅集生活馆",
    "星河文创",
    "纸品坊",
]
DIRECT = [
    "华信律师事务所",
    "远景设计院",
    "康泰医院",
    "博远科技有限公司",
    "东方会展有限公司",
    "新城物业管理有限公司",
    "立德国际学校",
    "启明软件有限公司",
    "恒丰银行分行",
    "海纳酒店集团",
    "绿源食品有限公司",
    "天和建筑有限公司",
]
DEALERS = [
    "鸿达办公用品批发",
    "瑞丰商贸有限公司",
    "万通文化用品有限公司",
    "金桥贸易有限公司",
    "联合文仪有限公司",
    "宏图办公设备有限公司",
]
FOREIGN = [
    "Harbour Trading Ltd",
    "Northgate Office Supplies",
    "Blue Lotus Retail",
    "Hansen Papierhaus GmbH",
    "Merlion Stationers Pte Ltd",
    "Sakura Bunka",
]
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
