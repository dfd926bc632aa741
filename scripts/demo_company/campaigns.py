"""The campaigns of the demo company, what they cost, and which leads came of them."""

from __future__ import annotations

from demo_company.words import Row, day_of

_COLUMNS = ("name", "purpose", "stage", "place", "target", "budget", "plan", "evaluation")
#: The columns, then the first day and how many days it takes.
_CAMPAIGNS = (
    (
        "春季工业自动化展", "fair", "ended", "上海国家会展中心", "装备制造、包装、物流", "86000",
        "54 平米展位，演示 24 轴同步线；业务员分两班，名片当天录成线索。",
        "收到名片 120 张，其中 4 家当年成交；明年提前两个月约老客户。", -178, 3,
    ),
    (
        "秋季智能制造博览会", "fair", "ended", "苏州国际博览中心 B2", "长三角中小设备厂", "42000",
        "36 平米展位，重点推减速机；现场可约打样。",
        "线索多为小批量，转代理商跟进更合适。", -52, 3,
    ),
    (
        "总线伺服新品巡回发布", "launch", "running", "苏州、合肥、东莞三站", "电气工程师", "60000",
        "每站半天：新品讲解、上机操作、答疑；会后一周内逐一回访。", "", -9, 24,
    ),
    (
        "老型号驱动器年终特惠", "stock", "planned", "", "在用老型号的客户", "15000",
        "库存 38 台，按八折给老客户；先由客户经理电话确认需求。", "", 18, 30,
    ),
)  # fmt: skip
#: Campaign, kind of expense, remark, amount, days after the first day of the campaign.
_SPENT = (
    (0, "ZH", "春季展 展位费", 52000, -30),
    (0, "YF", "春季展 展品运输", 6800, -2),
    (0, "CL-ZS", "春季展 住宿六间三晚", 9450, 3),
    (1, "ZH", "秋季展 展位费", 28800, -20),
    (1, "ZD", "秋季展 客户晚餐", 4360, 2),
    (2, "YF", "巡回发布 样机运输", 3900, 0),
    (2, "ZH", "巡回发布 苏州站场地", 8000, 1),
)
#: Campaign, kind, subject, day, what came of it; those without are planned.
_DONE = (
    (0, "todo", "春季展布展与样机调试", -179, "两台样机通电正常，展板晚到半天，已补拍照。"),
    (2, "meeting", "巡回发布苏州站讲解", -9, "到场 34 人，7 家要样机，名单已分给各客户经理。"),
    (2, "todo", "整理巡回发布签到名单", 1, ""),
    (2, "meeting", "巡回发布合肥站讲解", 4, ""),
    (3, "todo", "核对老型号库存和在用客户", 6, ""),
)
#: What was spent on one of these: activity, kind of expense, remark, amount.
_SPENT_ON_ACTIVITIES = (
    (1, "ZD", "苏州站 讲师与客户午餐", 1260),
    (1, "CL-JT", "苏州站 往返交通", 420),
)
_OWNER = "E012"


def campaign_tables(
    leads: list[Row], expenses: list[Row], activities: list[Row]
) -> dict[str, list[Row]]:
    """Return the campaigns; the tables given take what belongs to them."""
    for lead in leads:
        if lead["source"] == "exhibition":
            ago = -int(lead["created_at"].split()[0][1:])
            lead["campaign.name"] = _CAMPAIGNS[1 if ago < 60 else 0][0]
    for number, kind, remark, amount, after in _SPENT:
        about = {"about.campaign.name": str(_CAMPAIGNS[number][0])}
        day = day_of(int(_CAMPAIGNS[number][8]) + after)
        expenses.append(_spent(kind, remark, amount, day) | about)
    for number, kind, remark, amount in _SPENT_ON_ACTIVITIES:
        about = {"about.activity.subject": _DONE[number][2]}
        expenses.append(_spent(kind, remark, amount, day_of(_DONE[number][3])) | about)
    activities += [_activity(*each) for each in _DONE]
    return {"campaigns": [_row(each) for each in _CAMPAIGNS]}


def _row(campaign: tuple[str | int, ...]) -> Row:
    first, days = int(campaign[8]), int(campaign[9])
    return dict(zip(_COLUMNS, map(str, campaign), strict=False)) | {
        "since": day_of(first),
        "until": day_of(first + days - 1),
        "owner.employee.code": _OWNER,
        "created_at": f"{day_of(first - 40)} 10:15",
    }


def _spent(kind: str, remark: str, amount: int, day: str) -> Row:
    return {
        "remark": remark,
        "type.code": kind,
        "amount": str(amount),
        "day": day,
        "owner.employee.code": _OWNER,
    }


def _activity(number: int, kind: str, subject: str, day: int, result: str) -> Row:
    """Return what somebody of marketing did or plans for a campaign."""
    row = {
        "kind": kind,
        "subject": subject,
        "day": day_of(day),
        "priority": "normal",
        "state": "done" if result else "planned",
        "about.campaign.name": str(_CAMPAIGNS[number][0]),
        "owner.employee.code": _OWNER,
    }
    if result:
        row |= {"result": result, "done_on": row["day"], "done_by.code": _OWNER}
    return row
