import Testing
import Text

@Suite("Folding opinions that say nearly the same")
struct FoldingTests {
    private static let campaign = "建议把办理时限改回十个工作日，并写明由哪个股室负责答复，不然群众不知道该找谁。"

    @Test("keeps exact copies and look-alikes apart inside a group")
    func groups() {
        let texts = [
            "同意", "希望在村务公开栏同时张贴补贴名单，老人不会上网。", Self.campaign, "不同意", "您好，" + Self.campaign,
            "建议把办理时限改回十个工作日,并写明由哪个股室负责答复  不然群众不知道该找谁！", "同意！", Self.campaign + "谢谢。", "", "？", "",
        ]
        let folding = Folding(texts)
        #expect(folding.groups.map { $0.wordings.map(\.texts) } == [[[0, 6]], [[2, 5], [4], [7]], [[8, 10]]])
        let likenesses = folding.groups[1].wordings.map(\.likeness)
        #expect(likenesses[0] == 1 && likenesses.dropFirst().allSatisfy { $0 > 0.9 && $0 < 1 })
        #expect(folding.groups.map(\.size) == [2, 4, 2])
        #expect(Folding(texts) == folding)
        #expect(Folding([]).groups.isEmpty)
    }

    @Test("takes width, case, blanks and signs for nothing, but not the sign in a number")
    func exactCopies() {
        #expect(Folding(["ＡＢ 甲号文", "ab甲号文。", "“Ab”甲，号文"]).groups.map(\.size) == [3])
        #expect(Folding(["费率3.5%", "费率35%"]).groups.isEmpty)
        #expect(Folding(["费率３．５％。", "费率 3.5%"]).groups.map(\.size) == [2])
        #expect(Folding(["10—12日", "1012日"]).groups.isEmpty)
        #expect(Folding(["？", "。。。", "👍", "👎"]).groups.isEmpty)
    }

    @Test("folds short texts only when they are the same")
    func short() {
        #expect(Folding(["我同意这个目录的内容", "我不同意这个目录的内容"]).groups.isEmpty)
    }

    @Test("goes by the threshold that is shown")
    func threshold() throws {
        let changed = Self.campaign.replacing("群众", with: "老百姓").replacing("十个", with: "十五个")
        let group = try #require(Folding([Self.campaign, changed], threshold: 0.6).groups.first)
        let likeness = group.wordings[1].likeness
        #expect(likeness > 0.6 && likeness < 0.9)
        #expect(Folding([Self.campaign, changed], threshold: 0.9).groups.isEmpty)
        // Below the lowest threshold it is the lowest.
        #expect(Folding([Self.campaign, "希望在村务公开栏同时张贴补贴名单，老人不会上网。"], threshold: 0).groups.isEmpty)
    }

    @Test("finds every campaign among other comments, whatever their order")
    func campaigns() {
        var random = Shuffle(state: 4536)
        func comment() -> String {
            (0..<60).reduce(into: "") { text, _ in
                text.unicodeScalars.append(Unicode.Scalar(UInt16.random(in: 0x4E00...0x5100, using: &random)) ?? "一")
            }
        }
        var sent: [(campaign: Int, text: String)] = (0..<300).map { _ in (-1, comment()) }
        for campaign in 0..<10 {
            let text = comment()
            for _ in 0..<20 {
                var scalars = Array(text.unicodeScalars)
                scalars.remove(at: Int.random(in: scalars.indices, using: &random))
                sent.append((campaign, scalars.reduce(into: "") { $0.unicodeScalars.append($1) }))
            }
        }
        sent.shuffle(using: &random)
        let folding = Folding(sent.map(\.text))
        #expect(folding.groups.count == 10)
        for group in folding.groups {
            let campaigns = Set(group.wordings.flatMap(\.texts).map { sent[$0].campaign })
            #expect(group.size == 20 && campaigns.count == 1 && !campaigns.contains(-1))
        }
    }

    @Test("estimates the likeness of very long texts closely")
    func long() throws {
        var random = Shuffle(state: 12)
        func han(_ count: Int) -> String {
            (0..<count).reduce(into: "") { text, _ in
                text.unicodeScalars.append(Unicode.Scalar(UInt16.random(in: 0x4E00...0x9000, using: &random)) ?? "一")
            }
        }
        let (shared, mine, yours) = (han(4_000), han(500), han(500))
        let group = try #require(Folding([shared + mine, shared + yours]).groups.first)
        #expect(abs(group.wordings[1].likeness - 0.8) < 0.07)
    }
}
