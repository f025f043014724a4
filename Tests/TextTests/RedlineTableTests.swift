import Testing
import Text

@Suite("Two editions line by line")
struct RedlineTableTests {
    private func table(_ old: [[String]], _ new: [[String]]) -> RedlineTable {
        RedlineTable(from: old, to: new, match: EditionMatch(from: old, to: new))
    }

    /// `=2` two unchanged ones, else relation, new position and marked cells.
    private func shown(_ table: RedlineTable) -> [String] {
        table.lines.map { line in
            switch line {
            case .unchanged(let run): "=\(run.count)"
            case .changed(let change):
                "\(change.link.relation) \(change.position.map(String.init) ?? "-") "
                    + change.cells.map { cell in
                        cell.pieces.reduce(into: "") { text, piece in
                            text +=
                                piece.kind == .kept
                                ? piece.text : piece.kind == .deleted ? "[-\(piece.text)-]" : "[+\(piece.text)+]"
                        }
                    }.joined(separator: "|")
            }
        }
    }

    @Test("shows what moved at both places, parts with what they took over, and counts what stayed")
    func lines() {
        let old = [
            ["总则", "为了规范政务公开工作，制定本办法。"], ["主管", "县人民政府办公室主管本县政务公开工作。"],
            ["编制", "行政机关应当编制事项目录。目录应当征求公众意见。"], ["期限", "征求意见的期限不少于三十日。"], ["渠道", "公众可以通过信函提出意见。"],
            ["施行", "本办法自发布之日起施行。"],
        ]
        let new = [
            old[0], ["编制", "行政机关应当编制事项目录。"], ["编制", "目录应当征求公众意见。"], ["期限", "征求意见的期限不少于十五日。"], old[4], old[1],
        ]
        #expect(
            shown(table(old, new)) == [
                "=1", "split 1 编制|行政机关应当编制事项目录。", "split 2 编制|目录应当征求公众意见。", "moved - ",
                "reworded 3 期限|征求意见的期限不少于[-三十-][+十五+]日。", "=1", "moved 5 主管|县人民政府办公室主管本县政务公开工作。",
                "dropped - [-施行-]|[-本办法自发布之日起施行。-]",
            ])
        #expect(
            shown(table([["甲", "公众可以通过信函提出意见。"], ["甲", "公众可以通过网站提出意见。"]], [["甲", "公众可以通过信函、网站提出意见。公众可以通过电话提出意见。"]]))
                .first?.hasPrefix("merged 0 甲|公众可以通过信函") == true)
        #expect(shown(table([], [["甲"]])) == ["added 0 [+甲+]"])
        #expect(table([], []).lines.isEmpty)
    }

    @Test("has every passage of the new edition in order, and all that is gone")
    func laws() {
        var random = Shuffle(state: 711)
        for round in 0..<150 {
            let old = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                RandomEdition.row(&random, clauses: round % 2 == 0)
            }
            var edition = RandomEdition(old)
            for _ in 0..<Int.random(in: 0...10, using: &random) { edition.edit(&random) }
            let new = edition.passages
            let table = table(old, new)
            var positions: [Int] = []
            for line in table.lines {
                switch line {
                case .unchanged(let run): positions += run
                case .changed(let change):
                    if let position = change.position {
                        positions.append(position)
                        #expect(change.cells.map { Array($0.new.utf8) } == new[position].map { Array($0.utf8) })
                    }
                    if change.link.old.count == 1, change.link.new.count < 2, !change.cells.isEmpty {
                        #expect(
                            change.cells.map { Array($0.old.utf8) } == old[change.link.old[0]].map { Array($0.utf8) })
                    }
                    #expect(
                        change.position != nil || change.link.relation == .dropped || change.link.relation == .moved)
                }
            }
            #expect(positions == Array(new.indices))
        }
    }

    @Test("follows a lineage that a person confirmed, and refuses one that contradicts itself")
    func confirmed() throws {
        typealias Group = EditionMatch.Group
        let (old, new) = ([["甲"], ["乙"], ["丙"]], [["子"], ["丑"], ["丙"]])
        let match = try EditionMatch([Group(old: [2], new: [2]), Group(old: [0, 1], new: [0])], from: old, to: new)
        #expect(match.links.map(\.relation) == [.merged, .added, .unchanged])
        for (group, wanted) in [
            (Group(old: [3], new: [0]), EditionMatch.Contradiction.noSuchPassage(Group(old: [3], new: [0]))),
            (Group(old: [0], new: [-1]), .noSuchPassage(Group(old: [0], new: [-1]))),
            (Group(old: [0, 0], new: [0]), .claimedTwice(Group(old: [0, 0], new: [0]))),
            (Group(old: [0], new: [2]), .claimedTwice(Group(old: [0], new: [2]))),
            (Group(old: [0, 1], new: [0, 1]), .unclear(Group(old: [0, 1], new: [0, 1]))),
            (Group(old: [], new: [0]), .unclear(Group(old: [], new: [0]))),
        ] {
            #expect(throws: wanted) { try EditionMatch([Group(old: [2], new: [2]), group], from: old, to: new) }
        }
    }
}
