import Participation
import Testing

@Suite("Cells that choose among words")
struct TickedCellTests {
    private func chosen(_ text: String, _ column: DirectoryColumn = .carriers) -> [String]? {
        TickedCell(text, of: column)?.choices.filter(\.isTicked).map(\.word)
    }

    @Test("What is ticked is read from every way of writing it")
    func reading() {
        #expect(chosen("■政府网站 □政府公报\n■两微一端") == ["政府网站", "两微一端"])
        #expect(chosen("全社会、特定群众", .audience) == ["全社会", "特定群众"])
        #expect(chosen("1.政府网站; 2.镇村公告栏") == ["政府网站", "镇村公告栏"])
        #expect(chosen("■主动", .disclosureMode) == ["主动"])
        #expect(chosen("") == [])
        // A sentence is no choice, nor is a column that never is one.
        #expect(chosen("在政府网站公开。特殊情况另行通知。") == nil && chosen("县民政局", .publisher) == nil)
        #expect(chosen("见 ■政府网站") == nil)
    }

    @Test(
        "A cell that nobody ticked anything in stays byte for byte",
        arguments: [
            "■政府网站 □政府公报\n■两微一端 ", "全社会， 特定群众", "1.政府网站; 2.镇村公告栏", "■ 政府网站；■两微一端",
        ])
    func untouched(_ text: String) throws {
        let cell = try #require(TickedCell(text, of: .carriers))
        #expect(cell.choosing(cell.choices.filter(\.isTicked).map(\.word)) == text)
    }

    @Test("Ticking changes only what was ticked")
    func choosing() throws {
        func choose(_ text: String, _ words: [String], _ column: DirectoryColumn = .carriers) throws -> String {
            try #require(TickedCell(text, of: column)).choosing(words)
        }
        #expect(try choose("■政府网站 □政府公报\n■两微一端", ["政府公报", "两微一端"]) == "□政府网站 ■政府公报\n■两微一端")
        #expect(try choose("■政府网站 ■两微一端", ["政府网站", "入户/现场"]) == "■政府网站 ■入户/现场")
        #expect(try choose("■政府网站 ■两微一端", ["两微一端"]) == "■两微一端")
        #expect(try choose("1.政府网站; 2.镇村公告栏", ["政府网站", "镇村公告栏", "广播"]) == "1.政府网站; 2.镇村公告栏; 3.广播")
        #expect(try choose("1.政府网站; 2.镇村公告栏", ["镇村公告栏"]) == "1.镇村公告栏")
        #expect(try choose("", ["政府网站", "政府公报"]) == "■政府网站 ■政府公报")
        #expect(try choose("", ["县级", "乡级"], .tier) == "县级、乡级")
    }

    @Test("A passage is called by its number, or by where it stands")
    func labels() {
        let labels = PassageLabels(numbers: ["1", "2", "2", "", "第三条"])
        #expect((1...5).map { labels[$0] } == ["1", "#2", "#3", "#4", "第三条"] && labels[9] == "")
        #expect(labels.position(of: "第三条") == 5 && labels.position(of: "#3") == 3 && labels.position(of: "1") == 1)
        for text in ["2", "abc", "", "9", "#9", "#0", "#", "-1"] {
            #expect(labels.position(of: text) == nil, "\(text)")
        }
        #expect(labels.isShared("2") && !labels.isShared("1"))
    }
}
