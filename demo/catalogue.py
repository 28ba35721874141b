"""What the demo company sells, stocks, buys and makes."""

# category: (English, Chinese)
CATEGORIES = {
    "paper": ("Paper", "纸品"),
    "writing": ("Writing", "书写工具"),
    "desk": ("Desk & Filing", "桌面与归档"),
    "print": ("Printing Supplies", "打印耗材"),
    "gift": ("Gifts & Small Goods", "礼品与小商品"),
    "furniture": ("Made-to-order Desks", "定制办公桌"),
    "parts": ("Components", "零部件"),
    "service": ("Services", "服务"),
}

# code, category, English, Chinese, price, cost (CNY), weight in the mix of orders
PRODUCTS = [
    ("PA-101", "paper", "Copy paper A4, 5 × 500", "A4复印纸 5包装", 118, 84, 9),
    ("PA-102", "paper", "Copy paper A3, 5 × 500", "A3复印纸 5包装", 228, 170, 3),
    ("PA-110", "paper", "Notebook A5, dotted", "A5点阵笔记本", 26, 12, 6),
    ("PA-111", "paper", "Notebook A4, ruled", "A4横线笔记本", 32, 15, 4),
    ("PA-120", "paper", "Sticky notes, 12 pads", "便利贴 12本", 39, 18, 6),
    ("PA-130", "paper", "Envelopes C5, 100", "C5信封 100个", 45, 22, 2),
    ("WR-201", "writing", "Gel pen 0.5, box of 12", "0.5中性笔 12支", 24, 11, 9),
    ("WR-202", "writing", "Ballpoint pen, box of 50", "圆珠笔 50支", 49, 23, 4),
    ("WR-203", "writing", "Fountain pen, black", "钢笔 黑色", 168, 79, 2),
    ("WR-204", "writing", "Highlighters, 6 colours", "荧光笔 6色", 22, 9, 5),
    ("WR-205", "writing", "Whiteboard markers, 10", "白板笔 10支", 36, 16, 4),
    ("WR-206", "writing", "Pencils HB, 72", "HB铅笔 72支", 58, 27, 3),
    ("DE-301", "desk", "Lever arch file", "快劳夹", 18, 8, 6),
    ("DE-302", "desk", "Desk organiser, bamboo", "竹制桌面收纳", 89, 41, 3),
    ("DE-303", "desk", "Stapler, heavy duty", "重型订书机", 76, 35, 2),
    ("DE-304", "desk", "Scissors, 21 cm", "剪刀 21厘米", 19, 8, 3),
    ("DE-305", "desk", "Document tray, 3 levels", "三层文件盘", 65, 30, 2),
    ("DE-306", "desk", "Desk lamp, LED", "LED台灯", 199, 112, 3),
    ("PR-401", "print", "Toner black, 5k pages", "黑色硒鼓 5千页", 420, 288, 5),
    ("PR-402", "print", "Toner colour set", "彩色硒鼓套装", 1280, 905, 2),
    ("PR-403", "print", "Ink cartridge, black", "黑色墨盒", 98, 57, 4),
    ("PR-404", "print", "Label roll, 1,000", "标签纸卷 1000张", 35, 15, 3),
    ("GI-501", "gift", "Porcelain mug", "陶瓷马克杯", 45, 19, 5),
    ("GI-502", "gift", "Vacuum flask 500 ml", "保温杯 500毫升", 129, 62, 4),
    ("GI-503", "gift", "Canvas bag", "帆布袋", 29, 11, 4),
    ("GI-504", "gift", "Calendar, desktop", "台历", 25, 10, 3),
    ("GI-505", "gift", "Silk bookmark set", "丝绸书签套装", 38, 14, 2),
    ("GI-506", "gift", "Wireless mouse", "无线鼠标", 89, 48, 3),
]
# Made only when an order asks for it: code, English, Chinese, price, size of the top
DESKS = [
    ("DK-120", "Standing desk 120", "升降办公桌 120", 2380, "TOP-120"),
    ("DK-140", "Standing desk 140", "升降办公桌 140", 2680, "TOP-140"),
    ("DK-160", "Standing desk 160", "升降办公桌 160", 2980, "TOP-160"),
]
# code, English, Chinese, cost
PARTS = [
    ("TOP-120", "Desk top 120 × 70", "桌面板 120×70", 320),
    ("TOP-140", "Desk top 140 × 70", "桌面板 140×70", 365),
    ("TOP-160", "Desk top 160 × 80", "桌面板 160×80", 430),
    ("LEG-01", "Lifting leg", "升降腿", 240),
    ("CTL-01", "Control box", "控制盒", 160),
    ("SCR-01", "Screw set", "螺丝包", 9),
]
FRAME = ("FRM-01", "Lifting frame", "升降架")
KIT = ("KIT-01", "Desk starter kit", "桌面入门套装", 158)
KIT_PARTS = [("DE-301", 2), ("DE-304", 1), ("WR-201", 1), ("PA-120", 1)]
SERVICES = [
    ("SV-01", "Delivery to the room", "送货上楼", 120, 60),
    ("SV-02", "Assembly on site", "上门安装", 200, 110),
]
VENDORS = ["永丰纸业股份有限公司", "华东五金配件厂", "Delta Toner Co., Ltd."]
