import Foundation
import Text

/// An edition in which things are done at random, and what was done.
struct RandomEdition {
    private struct Passage {
        var cells: [String]
        /// Positions in the old edition.
        var sources: [Int]
    }

    private var list: [Passage]
    private let count: Int

    init(_ passages: [[String]]) {
        list = passages.enumerated().map { Passage(cells: $1, sources: [$0]) }
        count = passages.count
    }

    var passages: [[String]] { list.map(\.cells) }

    /// Old and new positions of every link.
    var truth: Set<[[Int]]> {
        var links: Set<[[Int]]> = []
        let places = Dictionary(grouping: list.indices.flatMap { place in list[place].sources.map { ($0, place) } }) {
            $0.0
        }
        for (place, passage) in list.enumerated() where passage.sources.count != 1 {
            links.insert([passage.sources.sorted(), [place]])
        }
        for source in 0..<count {
            let new = places[source, default: []].map(\.1).sorted()
            if new.count == 1, list[new[0]].sources.count > 1 { continue }
            links.insert([[source], new])
        }
        return links
    }

    /// Rewords, moves, splits, merges, adds or drops one passage.
    mutating func edit(_ random: inout some RandomNumberGenerator) {
        guard let place = list.indices.randomElement(using: &random) else {
            list.append(Passage(cells: Self.row(&random, clauses: true), sources: []))
            return
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4: reword(place, &random)
        case 5:
            let passage = list.remove(at: place)
            list.insert(passage, at: Int.random(in: 0...list.count, using: &random))
        case 6: split(place)
        case 7:
            // Only what no other edit has touched, so that one word names what happened.
            guard place + 1 < list.count, isWhole(place), isWhole(place + 1) else { return }
            let next = list.remove(at: place + 1)
            list[place].sources += next.sources
            for cell in list[place].cells.indices
            where cell < next.cells.count && list[place].cells[cell] != next.cells[cell] {
                list[place].cells[cell] += next.cells[cell]
            }
        case 8:
            list.insert(
                Passage(cells: Self.row(&random, clauses: list[place].cells.count == 1), sources: []), at: place)
        default: if isWhole(place) { list.remove(at: place) }
        }
    }

    private func isWhole(_ place: Int) -> Bool {
        list[place].sources.count == 1 && list.count { $0.sources.contains(list[place].sources[0]) } == 1
    }

    private mutating func reword(_ place: Int, _ random: inout some RandomNumberGenerator) {
        guard let cell = list[place].cells.indices.randomElement(using: &random) else { return }
        var scalars = Array(list[place].cells[cell].unicodeScalars)
        let from = Int.random(in: 0...scalars.count, using: &random)
        let to = min(scalars.count, from + Int.random(in: 0...4, using: &random))
        scalars.replaceSubrange(from..<to, with: (Self.phrases.randomElement(using: &random) ?? "").unicodeScalars)
        list[place].cells[cell] = scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    /// Divides the longest cell in the middle; the other cells stand in both.
    private mutating func split(_ place: Int) {
        guard isWhole(place) else { return }
        var (first, second) = (list[place], list[place])
        guard let cell = first.cells.indices.max(by: { first.cells[$0].count < first.cells[$1].count }) else { return }
        let text = Array(first.cells[cell])
        guard text.count >= 20 else { return }
        first.cells[cell] = String(text.prefix(text.count / 2))
        second.cells[cell] = String(text.suffix(text.count - text.count / 2))
        list.replaceSubrange(place...place, with: [first, second])
    }

    private static let phrases = [
        "", "", "每年", "十五个工作日内", "，并公布结果", "各镇人民政府", "e\u{301}", "𠮷", "\u{301}", "。", "（试行）", "依法", "咨询电话、办公地址",
    ]

    static func row(_ random: inout some RandomNumberGenerator, clauses: Bool) -> [String] {
        func words(_ count: Int) -> String {
            (0..<count).reduce(into: "") { text, _ in text += vocabulary.randomElement(using: &random) ?? "" }
        }
        if clauses { return [words(Int.random(in: 4...20, using: &random)) + "。"] }
        return [
            words(1), words(2), words(Int.random(in: 3...12, using: &random)), "《政府信息公开条例》", "20个工作日", words(1), "政府网站",
            "主动",
        ]
    }

    private static let vocabulary = [
        "行政机关", "应当", "公开", "目录", "群众", "意见", "办理", "时限", "补贴", "名单", "申请", "材料", "农村", "危房", "改造", "教育", "学位", "公示",
        "医疗",
        "保险", "救助", "养老", "土地", "征收", "补偿", "标准", "安全", "检查", "结果", "处罚", "信用", "预算", "决算", "采购", "招标", "规划", "许可",
        "依据", "程序",
        "监督", "举报", "投诉", "窗口", "电话", "镇人民政府", "财政局", "民政局", "自然资源局", "同上", "长期", "及时", "\n",
    ]

    /// The directories of the demo, without their numbers.
    static func countyRows() throws -> [[String]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "ops/demo/directories")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "csv" && $0.lastPathComponent != "index.csv" }
            .sorted { $0.path < $1.path }
            .flatMap {
                try CSVReader.records(String(contentsOf: $0, encoding: .utf8)).dropFirst().map {
                    Array($0.texts.dropFirst())
                }
            }
    }
}
