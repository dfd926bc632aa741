"""What the demo company knows: articles in a tree of topics, some of them at opportunities."""

from __future__ import annotations

from demo_company.words import Row, day_of

_TOPICS = (
    ("FA", "方案与选型", ""),
    ("FA-SF", "伺服选型", "FA"),
    ("FA-JS", "减速机选型", "FA"),
    ("AL", "客户案例", ""),
    ("WT", "常见问题", ""),
    ("SW", "商务与报价", ""),
)
#: Title, topic, keywords, text, departments that read it, author, days ago.
_ARTICLES = (
    (
        "伺服电机功率怎么选",
        "FA-SF",
        "惯量比 转矩 选型",
        "先算负载惯量和加速转矩，惯量比不超过 10；峰值转矩留 30% 余量。\n"
        "带抱闸的垂直轴另加重力转矩。客户给不出负载时，请他填选型表。",
        "",
        "E013",
        180,
    ),
    (
        "行星减速机背隙与定位精度",
        "FA-JS",
        "背隙 弧分 机器人",
        "关节和分度盘选 3 弧分以内，输送线 8 弧分足够。\n对手报价低时先问背隙等级，多半差一档。",
        "",
        "E013",
        121,
    ),
    (
        "包装线改造：一周停机换装",
        "AL",
        "包装线 改造 停机",
        "某食品厂三条包装线，国庆停机一周换装 24 轴伺服。\n"
        "提前两周预调参数，节拍由 60 提到 78 包/分。",
        "",
        "E004",
        64,
    ),
    (
        "驱动器报过载怎么查",
        "WT",
        "过载 报警 现场",
        "先看机械卡滞和抱闸，再看增益，最后换线。\n九成是机械原因，不要先换电机。",
        "",
        "E014",
        33,
    ),
    (
        "竞争报价时的底线与让步顺序",
        "SW",
        "折扣 让步 账期",
        "先让交期和培训，再让账期，最后让价；低于八五折要报批。",
        "SALES;SALES1;SALES2;SALES-S;SALES-W",
        "E002",
        20,
    ),
)
#: Word in the name of an opportunity: the articles that help there, and for what.
_HELPING = (
    ("伺服", 0, "算功率"),
    ("减速机", 1, "说明背隙等级"),
    ("包装线", 2, "同类案例"),
    ("改造", 4, "报价前看"),
)


def knowledge_tables(chances: list[Row]) -> dict[str, list[Row]]:
    """Return topics, articles, and which opportunities refer to which."""
    return {
        "knowledge_topics": [
            dict(zip(("code", "name", "parent.code"), each, strict=True)) for each in _TOPICS
        ],
        "knowledge_articles": [
            {
                "title": title,
                "topic.code": topic,
                "keywords": keywords,
                "content": content,
                "readers.code": readers,
                "owner.employee.code": author,
                "created_at": f"{day_of(-days)} 09:30",
            }
            for title, topic, keywords, content, readers, author, days in _ARTICLES
        ],
        "opportunity_articles": [
            {
                "head.name": chance["name"],
                "knowledge_article.title": _ARTICLES[article][0],
                "note": note,
            }
            for chance in chances
            if "（PO-" not in chance["name"]
            for word, article, note in _HELPING
            if word in chance["name"]
        ],
    }
