import Foundation
import Testing
import Text

@Suite("The lineage of a new edition")
struct EditionMatchTests {
    typealias Link = EditionMatch.Link

    private func row(_ level1: String, _ level2: String, _ content: String, _ publisher: String = "县民政局") -> [String] {
        [level1, level2, content, "依据", "20日", publisher, "网站", "全社会", "主动", "县级"]
    }

    /// As `ImportDirectory` has met them.
    @Test("follows rows that were moved, reworded or renumbered in a directory of five")
    func small() {
        let old = [
            row("低保", "指南", "甲"), row("低保", "公示", "乙"), row("养老", "补贴", "丙"), row("养老", "名单", "丁"),
            row("养老", "旧事项", "戊"),
        ]
        let new = [
            row("养老", "补贴", "丙，改过"), row("低保", "办事指南", "甲"), row("低保", "公示", "乙", "各镇人民政府"), row("养老", "机构名单", "丁，改过"),
            row("临时救助", "新事项", "己"),
        ]
        let match = EditionMatch(from: old, to: new)
        #expect(
            match.links == [
                Link(relation: .moved, old: [2], new: [0], isReworded: true),
                Link(relation: .reworded, old: [0], new: [1], isReworded: true),
                Link(relation: .reworded, old: [1], new: [2], isReworded: true),
                Link(relation: .reworded, old: [3], new: [3], isReworded: true),
                Link(relation: .added, old: [], new: [4], isReworded: false),
                Link(relation: .dropped, old: [4], new: [], isReworded: false),
            ])
    }

    @Test("follows a row by its name when everything else was rewritten, wherever it went")
    func names() {
        let old = (0..<12).map { row("事项\($0)", "办事指南\($0)", "申请条件、申请材料、办理流程、办理时限之\($0)") }
        var new = old
        new[3] = ["事项3", "办事指南3", "另写一遍全新的文字", "新法", "7日", "县民政局", "公告栏", "特定群体", "依申请", "乡级"]
        new.append(new.remove(at: 3))
        #expect(EditionMatch(from: old, to: new).count(.dropped) == 1)
        let match = EditionMatch(from: old, to: new, names: [0, 1, 5])
        #expect(match.links.last == Link(relation: .moved, old: [3], new: [11], isReworded: true))
        #expect(match.count(.unchanged) == 11)
    }

    @Test("names every kind of change of a text in clauses")
    func clauses() {
        let first = "为了规范政务公开工作，保障公民知情权，制定本办法。"
        let second = "县人民政府办公室主管本县的政务公开工作，各镇人民政府负责本镇的政务公开工作。"
        let third = "行政机关应当编制公开事项标准目录。目录应当征求公众意见，征求意见的期限不少于三十日。"
        let fourth = "公众可以通过信函、电话提出意见。"
        let fifth = "公众可以通过政府网站提出意见。"
        let sixth = "行政机关应当在期满后公布采纳情况，不予采纳的说明理由。"
        let seventh = "本办法自发布之日起施行。"
        let old = [first, second, third, fourth, fifth, sixth, seventh].map { [$0] }
        let new = [
            first, "行政机关应当编制公开事项标准目录。", "目录应当征求公众意见，征求意见的期限不少于三十日。", "公众可以通过信函、电话、政府网站提出意见。",
            "涉及国家秘密的，依照保密法律办理。", "行政机关应当在期满后十五个工作日内公布采纳情况，不予采纳的逐条说明理由。", second,
        ].map { [$0] }
        let match = EditionMatch(from: old, to: new)
        #expect(
            match.links == [
                Link(relation: .unchanged, old: [0], new: [0], isReworded: false),
                Link(relation: .split, old: [2], new: [1, 2], isReworded: true),
                Link(relation: .merged, old: [3, 4], new: [3], isReworded: true),
                Link(relation: .added, old: [], new: [4], isReworded: false),
                Link(relation: .reworded, old: [5], new: [5], isReworded: true),
                Link(relation: .moved, old: [1], new: [6], isReworded: false),
                Link(relation: .dropped, old: [6], new: [], isReworded: false),
            ])
    }

    @Test("is simple where there is little to compare")
    func edges() {
        #expect(EditionMatch(from: [], to: []).links.isEmpty)
        #expect(EditionMatch(from: [], to: [["甲"]]).links.map(\.relation) == [.added])
        #expect(EditionMatch(from: [["甲"]], to: []).links.map(\.relation) == [.dropped])
        #expect(EditionMatch(from: [[], [""]], to: [[""], []]).links.map(\.relation) == [.moved, .unchanged])
        let same = EditionMatch(from: [["同上"], ["同上"], ["乙"]], to: [["同上"], ["乙"], ["同上"]])
        #expect(same.count(.unchanged) == 2 && same.count(.moved) == 1)
        #expect(EditionMatch(from: [["é"]], to: [["e\u{301}"]]).count(.unchanged) == 0)
    }

    /// Applies a lineage to the old edition: passages are taken from there, changed by their redline; only what nobody
    /// had before comes from outside.
    private func applied(_ match: EditionMatch, to old: [[String]], redlines: (Link, Int) -> [[String]]) -> [[String]]?
    {
        var result: [[String]] = []
        var lastStill = -1
        for link in match.links where link.relation != .dropped {
            if link.relation == .unchanged || link.relation == .reworded {
                guard link.old.count == 1, link.old[0] > lastStill else { return nil }
                lastStill = link.old[0]
            }
            if link.isReworded || link.relation == .added {
                result += link.new.flatMap { redlines(link, $0) }
            } else {
                result.append(old[link.old[0]])
            }
        }
        return result
    }

    @Test("applied to the old edition gives the new one, and accounts for every passage once")
    func laws() {
        var random = Shuffle(state: 54)
        for round in 0..<150 {
            let old = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                RandomEdition.row(&random, clauses: round % 2 == 0)
            }
            var edition = RandomEdition(old)
            for _ in 0..<Int.random(in: 0...10, using: &random) { edition.edit(&random) }
            let new = edition.passages
            let match = EditionMatch(from: old, to: new)
            #expect(match.links.flatMap(\.old).sorted() == Array(old.indices))
            #expect(match.links.flatMap(\.new).sorted() == Array(new.indices))
            for link in match.links {
                switch link.relation {
                case .unchanged, .reworded, .moved: #expect(link.old.count == 1 && link.new.count == 1)
                case .split: #expect(link.old.count == 1 && link.new.count > 1)
                case .merged: #expect(link.old.count > 1 && link.new.count == 1)
                case .added: #expect(link.old.isEmpty && link.new.count == 1)
                case .dropped: #expect(link.old.count == 1 && link.new.isEmpty)
                }
            }
            var texts: [Int: [String]] = [:]
            let rebuilt = applied(match, to: old) { link, n in
                guard let o = link.old.first, link.new.count == 1 else {
                    texts[n] = new[n]
                    return [new[n]]
                }
                let cells = zip(old[o], new[n]).map { Redline(from: $0, to: $1) }
                #expect(cells.map(\.old) == old[o])
                return [cells.map(\.new)]
            }
            let wanted = match.links.flatMap(\.new).map { new[$0] }
            #expect(rebuilt == wanted)
            #expect(
                match.links.filter { $0.relation != .split }.flatMap(\.new)
                    == match.links.filter { $0.relation != .split }.flatMap(\.new).sorted())
        }
    }

    @Test("finds what was really done to the directories of a county")
    func truth() throws {
        let old = try RandomEdition.countyRows()
        var random = Shuffle(state: 2_018)
        var (right, all) = (0, 0)
        for _ in 0..<4 {
            var edition = RandomEdition(old)
            for _ in 0..<40 { edition.edit(&random) }
            let truth = edition.truth
            let found = Set(EditionMatch(from: old, to: edition.passages).links.map { [$0.old, $0.new] })
            right += truth.intersection(found).count
            all += truth.count
        }
        #expect(Double(right) / Double(all) > 0.97, "\(right) of \(all)")
    }
}
