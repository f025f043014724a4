import Testing

@testable import Text

@Suite struct SentencesTests {
    @Test(arguments: [
        ("第一点。第二点。", ["第一点。", "第二点。"]),
        ("他说：“太长了！”我同意。\n\n另外；请公开", ["他说：“太长了！”", "我同意。\n\n", "另外；", "请公开"]),
        ("没有标点", ["没有标点"]), ("真的吗？！好……再说", ["真的吗？！", "好……", "再说"]), ("第5.2条（见附件。）不对", ["第5.2条（见附件。）", "不对"]),
        ("", []), ("\n一", ["\n", "一"]),
    ])
    func cutsWherePeoplePause(text: String, pieces: [String]) {
        #expect(Sentences.of(text) == pieces)
        #expect(Sentences.of(text).joined() == text)
    }
}
