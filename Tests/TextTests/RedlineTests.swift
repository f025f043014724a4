import Testing
import Text

@Suite("A redline")
struct RedlineTests {
    /// As people write it on paper: [-deleted-][+inserted+].
    private func shown(_ old: String, _ new: String) -> String {
        Redline(from: old, to: new).pieces.reduce(into: "") { shown, piece in
            switch piece.kind {
            case .kept: shown += piece.text
            case .deleted: shown += "[-\(piece.text)-]"
            case .inserted: shown += "[+\(piece.text)+]"
            }
        }
    }

    @Test("reads as a person would mark it")
    func readable() {
        let cases = [
            ("由乡人民政府办理，二十日内答复。", "由镇人民政府负责办理，三十日内答复。", "由[-乡-][+镇+]人民政府[+负责+]办理，[-二十-][+三十+]日内答复。"),
            ("甲部门。丙部门。", "甲部门。乙部门。丙部门。", "甲部门。[+乙部门。+]丙部门。"),
            ("自形成或者变更之日起20个工作日内", "自形成或者变更之日起7个工作日内公开", "自形成或者变更之日起[-20-][+7+]个工作日内[+公开+]"),
            ("费率3.5%，GB/T 2135-2018", "费率4.5%，GB/T 2136-2018", "费率[-3.5-][+4.5+]%，GB/T [-2135-][+2136+]-2018"),
            ("县民政局、县财政局", "县民政局、各镇人民政府", "县民政局、[-县财政局-][+各镇人民政府+]"),
            ("1.条件；2.材料；3.时限", "1.条件；3.时限", "1.条件；[-2.材料；-]3.时限"),
            ("第一段\n第三段", "第一段\n第二段\n第三段", "第一段\n[+第二段\n+]第三段"),
            ("", "新增", "[+新增+]"), ("删去", "", "[-删去-]"), ("不变", "不变", "不变"),
        ]
        for (old, new, wanted) in cases { #expect(shown(old, new) == wanted) }
        #expect(Redline(from: "", to: "").pieces.isEmpty && Redline(from: "", to: "").isUnchanged)
    }

    @Test("does not keep single characters inside a phrase that was rewritten")
    func noConfetti() {
        #expect(
            shown("申请人应当在五日内提交书面材料。", "申请人可以当场口头说明情况并留下联系方式。")
                .split(separator: "[").count <= 3)
        #expect(shown("前文甲乙丙的丁戊己后文", "前文子丑寅的卯辰巳后文") == "前文[-甲乙丙的丁戊己-][+子丑寅的卯辰巳+]后文")
    }

    @Test("never cuts what is one character on the screen, and tells look-alikes apart")
    func clusters() {
        #expect(shown("家庭👨‍👩‍👧补助", "家庭👨‍👩‍👦补助") == "家庭[-👨‍👩‍👧-][+👨‍👩‍👦+]补助")
        #expect(shown("e\u{301}", "\u{E9}") == "[-e\u{301}-][+\u{E9}+]")
        #expect(shown("甲\r\n乙", "甲\n乙") == "甲[-\r\n-][+\n+]乙")
        #expect(shown("葛\u{E0100}", "葛\u{E0101}") == "[-葛\u{E0100}-][+葛\u{E0101}+]")
        #expect(shown("\u{301}甲", "甲") == "[-\u{301}-]甲")
    }

    private static let signs = [
        "县", "民", "政", "局", "镇", "的", "一", "二", "十", "百", "2", "0", "3.5", ".", "，", "。", "；", "、", "《", "》", " ", "　",
        "\n",
        "\r\n", "\r", "Word", "GB", "é", "e\u{301}", "\u{301}", "\u{20DD}", "𠮷", "𪚥", "👨‍👩‍👧", "🇨🇳", "\u{200D}", "\u{FE0F}",
        "\u{0}", "한",
        "第三条　县人民政府应当公开。\n", "第三条　县人民政府应当公开。\n",
    ]

    private func text(_ count: Int, _ random: inout Shuffle) -> String {
        (0..<count).reduce(into: "") { text, _ in text += Self.signs.randomElement(using: &random) ?? "" }
    }

    /// The text with some of its scalars replaced, left out, doubled or put elsewhere.
    private func edited(_ text: String, _ random: inout Shuffle) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let from = Int.random(in: 0...scalars.count, using: &random)
            let to = min(scalars.count, from + Int.random(in: 0...9, using: &random))
            let cut = Array(scalars[from..<to])
            switch Int.random(in: 0...3, using: &random) {
            case 0: scalars.removeSubrange(from..<to)
            case 1: scalars.insert(contentsOf: cut, at: from)
            case 2:
                scalars.removeSubrange(from..<to)
                scalars.insert(contentsOf: cut, at: Int.random(in: 0...scalars.count, using: &random))
            default: scalars.replaceSubrange(from..<to, with: self.text(3, &random).unicodeScalars)
            }
        }
        return scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    @Test("without what was inserted is the old text, without what was deleted the new one")
    func laws() {
        var random = Shuffle(state: 2_020_058)
        for round in 0..<2_000 {
            let old = text(Int.random(in: 0...60, using: &random), &random)
            let new =
                round % 5 == 0 ? text(Int.random(in: 0...60, using: &random), &random) : edited(old, &random)
            let redline = Redline(from: old, to: new)
            #expect(Array(redline.old.utf8) == Array(old.utf8) && Array(redline.new.utf8) == Array(new.utf8))
            #expect(redline.isUnchanged == (Array(old.utf8) == Array(new.utf8)))
            #expect(redline.pieces.allSatisfy { !$0.text.isEmpty })
            for (piece, next) in zip(redline.pieces, redline.pieces.dropFirst()) {
                #expect(piece.kind != next.kind && !(piece.kind == .inserted && next.kind == .deleted))
            }
            // The clusters of the pieces are those of the text.
            #expect(redline.pieces.filter { $0.kind != .inserted }.flatMap { Array($0.text) } == Array(old))
            #expect(redline.pieces.filter { $0.kind != .deleted }.flatMap { Array($0.text) } == Array(new))
        }
    }

    @Test("of two long texts with next to nothing in common still shows what they share")
    func long() {
        var random = Shuffle(state: 713)
        func han(_ count: Int) -> String {
            (0..<count).reduce(into: "") { text, _ in
                text.unicodeScalars.append(Unicode.Scalar(UInt16.random(in: 0x4E00...0x5500, using: &random)) ?? "一")
            }
        }
        let (old, new, shared) = (han(5_000), han(5_000), han(40))
        // A release build takes some 30 ms; without its bound it would be seconds.
        let redline = Redline(from: old + shared + old, to: new + shared + new)
        #expect(redline.old == old + shared + old && redline.new == new + shared + new)
        #expect(redline.pieces.contains { $0.kind == .kept && $0.text.contains(shared.dropFirst(3).dropLast(8)) })
    }
}
