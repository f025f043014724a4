"""Makes the comments of ops/bench/folding, has both programs fold them, and checks the groups.

    folding.py BINARY FOLDER COMMENTS
"""

import csv
import random
import re
import resource
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy
from datasketch import MinHash, MinHashLSH
from scipy.sparse import csr_matrix

# As in Sources/Text/Folding.
THRESHOLD, SHINGLE, FEWEST, BANDS, ROWS = 0.7, 3, 10, 32, 4
CAMPAIGNS, SAMPLED_CAMPAIGNS, SAMPLED_OTHERS = 200, 60, 4000

TOWNS = "老隆 义都 佗城 鹤市 黄布 紫市 通衢 登云 丰稔 四都 铁场 龙母 田心 黎咀 黄石 赤光 回龙 新田 车田 岩镇 麻布岗 贝岭 细坳 上坪".split()
PLACES = "东 西 南 北 上 下 新 老 大 小 坪 岭 塘 坑 湖 洋 岗 石 水 田 径 寨 围 屋 楼 桥 圳 陂".split()
PEOPLE = "村民 家长 老人 个体户 退休职工 外出务工人员 残疾人家庭 种粮大户 合作社社员 教师 医生 司机 业主 商户 低保户 学生".split()
PROBLEMS = """办理时限写得太笼统 没有写明由哪个股室负责 咨询电话打不通 要跑好几趟才办得成 名单只贴在镇政府门口看不到 补贴标准和去年不一样
公示期只有三天来不及看 申请材料要求重复提交 网上查不到结果 工作人员说法前后不一 表格太复杂老人不会填 村里没有通知到每一户
依据的文件已经失效 公开渠道只有网站很多人不会上网 审批环节太多 缺少监督举报的方式 投诉以后没有人回复 排队时间太长 停车不方便
收费项目没有列清楚 评审过程不透明 抽签的办法没有公布 年度预算看不懂 道路施工没有提前告知 垃圾清运不及时 饮用水检测报告很久没有更新
学位分配的范围有争议 医保报销比例解释不清 危房鉴定等了半年 征地补偿的面积对不上 公交班次减少了 路灯坏了一个多月""".split()
WISHES = """把办理时限改为{n}个工作日 写明责任股室和联系人 在村务公开栏同时张贴 增加电话预约和上门服务 公开评审的标准和得分
把公示期延长到{n}天 减少重复提交的材料 每{n}个月更新一次 允许由子女代办 开设{n}个办事窗口 用短信通知申请人 列出收费的依据和标准
请第三方来检测并公布报告 召开座谈会听听大家的意见 由镇政府统一收件 先在{n}个村试点 把依据换成现行的文件 附上填写的样表
公布投诉的处理结果 对行动不便的人提供帮助 按户籍和居住年限分别说明 设一个固定的咨询日 周末也安排人员值班 把流程画成图""".split()
REASONS = """这样群众才看得明白 不然很多人会错过 邻县早就这样做了 去年就有{n}户因此没有领到 政府信息公开条例有这样的要求 这不需要多花钱
老年人占了全村的一半 大家已经反映过{n}次 外地务工的人只有春节才回来 这关系到每一家的利益 网上能办的事不必再跑 责任不清就没有人管""".split()
SHORT = "同意 支持 没有意见 赞成这个目录 希望尽快落实 同意，没有意见 很好 支持修改 建议公开透明 请认真听取群众意见".split()
GREETINGS = ["您好！", "尊敬的领导：", "你好，", "各位领导好。"]
THANKS = ["谢谢！", "望采纳。", "请予考虑。", "谢谢你们的工作。", "盼回复。"]
SYNONYMS = [("建议", "希望"), ("群众", "老百姓"), ("公布", "公开"), ("办理", "办"), ("村民", "居民"), ("反映", "提出"), ("要求", "规定"), ("写明", "注明")]


def matters() -> list[str]:
    folder = Path(__file__).resolve().parents[1] / "demo" / "directories"
    rows = [row for file in sorted(folder.glob("*.csv")) for row in csv.DictReader(file.open(encoding="utf-8-sig"))]
    return sorted({row["二级事项"].replace("\n", "") for row in rows if row.get("二级事项")})


class Writer:
    """Writes comments; the same ones for the same seed."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.matters = matters()

    def pick(self, words: list[str]) -> str:
        return self.chance.choice(words).replace("{n}", str(self.chance.randint(2, 60)))

    def sentence(self) -> str:
        pick = self.pick
        village = f"{pick(TOWNS)}镇{pick(PLACES)}{pick(PLACES)}村"
        return self.chance.choice([
            lambda: f"我是{village}的{pick(PEOPLE)}，想说说“{pick(self.matters)}”这一项。",
            lambda: f"“{pick(self.matters)}”{pick(PROBLEMS)}，{pick(PROBLEMS)}。",
            lambda: f"建议{pick(WISHES)}，{pick(REASONS)}。",
            lambda: f"{village}去年办{pick(self.matters)}，{pick(PROBLEMS)}，{pick(REASONS)}。",
            lambda: f"关于{pick(self.matters)}，能不能{pick(WISHES)}？",
            lambda: f"{pick(PEOPLE)}普遍认为{pick(self.matters)}{pick(PROBLEMS)}，应当{pick(WISHES)}。",
        ])()

    def comment(self, least: int, most: int) -> str:
        return "".join(self.sentence() for _ in range(self.chance.randint(least, most)))

    def changed(self, text: str) -> str:
        """The text of a campaign as one person sends it: as it is, with other signs, or with one or two small edits."""
        chance = self.chance
        if chance.random() < 0.3:
            return text if chance.random() < 0.5 else text.replace("，", " ").replace("。", "！")
        for _ in range(chance.randint(1, 2)):
            kind, place = chance.randrange(5), chance.randrange(len(text))
            if kind == 0:
                text = chance.choice(GREETINGS) + text
            elif kind == 1:
                text += chance.choice(THANKS)
            elif kind == 2:
                old, new = chance.choice(SYNONYMS)
                text = text.replace(old, new, 1)
            elif kind == 3:
                text = text[:place] + text[place + 1:]
            else:
                text = text[:place] + chance.choice("的了也很就都还再请") + text[place:]
        return text

    def comments(self, count: int) -> list[tuple[int, str]]:
        """Each with the number of its campaign, −1 for none, in random order."""
        bases = [self.comment(3, 6) for _ in range(CAMPAIGNS)]
        sent = [(number, self.changed(bases[number])) for number in range(CAMPAIGNS) for _ in range(count // 10 // CAMPAIGNS)]
        while len(sent) < count:
            sent.append((-1, self.chance.choice(SHORT) if self.chance.random() < 0.05 else self.comment(1, 5)))
        self.chance.shuffle(sent)
        return sent


def folded(text: str) -> str:
    """What FoldedText leaves of these comments."""
    return re.sub(r"[^\w%]", "", unicodedata.normalize("NFKC", text).lower())


def shingles(text: str) -> set[str]:
    return {text[place:place + SHINGLE] for place in range(len(text) - SHINGLE + 1)}


class Groups:
    def __init__(self, count: int):
        self.parents = list(range(count))

    def first(self, member: int) -> int:
        while self.parents[member] != member:
            self.parents[member] = self.parents[self.parents[member]]
            member = self.parents[member]
        return member

    def join(self, one: int, other: int) -> None:
        one, other = self.first(one), self.first(other)
        self.parents[max(one, other)] = min(one, other)

    def firsts(self) -> list[int]:
        return [self.first(member) for member in range(len(self.parents))]


def fold_with_datasketch(comments: list[str]) -> list[int]:
    """Exact copies by a dictionary; the rest by MinHashLSH, candidates kept by their estimated likeness."""
    groups, known, long = Groups(len(comments)), {}, []
    for place, comment in enumerate(comments):
        text = folded(comment)
        if known.setdefault(text, place) != place:
            groups.join(known[text], place)
        elif len(parts := shingles(text)) >= FEWEST:
            long.append((place, [part.encode() for part in parts]))
    hashes = dict(zip((place for place, _ in long), MinHash.generator((parts for _, parts in long), num_perm=BANDS * ROWS)))
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    for place, minhash in hashes.items():
        for other in index.query(minhash):
            if groups.first(other) != groups.first(place) and hashes[other].jaccard(minhash) >= THRESHOLD:
                groups.join(other, place)
        index.insert(place, minhash, check_duplication=False)
    return groups.firsts()


def alike(texts: list[str]) -> numpy.ndarray:
    """Which pairs are alike, from the exact likeness of every pair."""
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    sets = [[numbers[part] for part in shingles(text)] for text in texts]
    sizes = numpy.array([len(parts) for parts in sets])
    ends = numpy.concatenate(([0], numpy.cumsum(sizes)))
    matrix = csr_matrix((numpy.ones(ends[-1], numpy.int32), [part for parts in sets for part in parts], ends))
    shared = (matrix @ matrix.T).toarray()
    likeness = shared / numpy.maximum(sizes[:, None] + sizes[None, :] - shared, 1)
    long = sizes >= FEWEST
    kinds = numpy.unique(texts, return_inverse=True)[1]
    return (likeness >= THRESHOLD) & long[:, None] & long[None, :] | (kinds[:, None] == kinds[None, :])


def pairs(matrix: numpy.ndarray) -> int:
    return int(numpy.triu(matrix, 1).sum())


def main() -> None:
    binary, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    writer = Writer(seed=202058)
    campaigns, comments = zip(*writer.comments(count))
    file = folder / "comments"
    file.write_text("\n".join(comments), encoding="utf-8")

    began = time.monotonic()
    output = subprocess.run([binary, "bench", "folding", "--threshold", str(THRESHOLD), file], check=True, capture_output=True)
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    ours = numpy.array([int(line) for line in output.stdout.split()])

    began = time.monotonic()
    theirs = numpy.array(fold_with_datasketch(list(comments)))
    their_seconds = time.monotonic() - began

    chosen = set(writer.chance.sample(range(CAMPAIGNS), SAMPLED_CAMPAIGNS))
    sample = [place for place, campaign in enumerate(campaigns) if campaign in chosen]
    others = [place for place, campaign in enumerate(campaigns) if campaign == -1]
    sample += writer.chance.sample(others, min(SAMPLED_OTHERS, len(others)))
    truth = alike([folded(comments[place]) for place in sample])
    print(f"{count} comments, {pairs(truth)} alike pairs in a sample of {len(sample)}; exact to {THRESHOLD}")
    figures = []
    for name, groups in (("ours", ours), ("datasketch", theirs)):
        together = groups[sample][:, None] == groups[sample][None, :]
        both = pairs(together & truth)
        recall, precision = both / max(pairs(truth), 1), both / max(pairs(together), 1)
        sizes = numpy.unique(groups, return_counts=True)[1]
        print(f"{name}: recall {recall:.4f}, precision {precision:.4f}, {(sizes > 1).sum()} groups of {sizes[sizes > 1].sum()} comments")
        figures.append((recall, precision))
    print(f"datasketch {their_seconds:.1f} s")
    print(f"seconds {seconds:.2f}\npeak memory {memory:.0f} MB\nrecall {figures[0][0]:.4f}\nprecision {figures[0][1]:.4f}")
    print(f"ratio folding-speed {their_seconds / seconds:.2f}")
    if seconds > 30 or memory > 1024 or min(figures[0]) < 0.98:
        sys.exit("Not within 30 s, 1 GB and 0.98.")


if __name__ == "__main__":
    main()
