import Foundation
import Postgres
import Text

/// 笔录 of a hearing, minutes of a forum or notes of a visit, as a file: who came, what was said under each point of the agenda with speaker and
/// time, what was corrected, and who has confirmed it. Like everything made here for others' eyes it names only who has agreed.
package struct TranscriptPaper: Sendable {
    let gathering: Gathering
    let people: [GatheringPerson]
    let entries: [TranscriptEntry]
    let marks: [TranscriptMark]
    let ends: [TranscriptEnd]

    init(
        _ gathering: Gathering, people: [GatheringPerson], entries: [TranscriptEntry], marks: [TranscriptMark],
        ends: [TranscriptEnd]
    ) {
        self.gathering = gathering
        self.people = people.filter(\.isExpected)
        (self.entries, self.marks, self.ends) = (entries, marks.filter { !$0.isVoid }, ends)
    }

    package init(_ gathering: Gathering, _ tx: borrowing Session) throws {
        self.init(
            gathering, people: try tx.all(GatheringPerson.of(gathering: gathering.id), as: GatheringPerson.self),
            entries: try tx.all(TranscriptEntry.of(gathering: gathering.id), as: TranscriptEntry.self),
            marks: try tx.all(TranscriptMark.of(gathering: gathering.id), as: TranscriptMark.self),
            ends: try tx.all(TranscriptEnd.of(gathering: gathering.id), as: TranscriptEnd.self))
    }

    package var content: Report.Content {
        let name =
            switch gathering.kind {
            case .hearing: "笔录"
            case .forum: "会议记录"
            case .visit: "走访笔录"
            }
        let head = [
            Report.Section(key: "basis", heading: "基本情况", text: facts),
            Report.Section(
                key: "people", heading: isVisit ? "走访情况" : "到会情况", text: HearingReport.presence(people),
                tables: [attendance]),
        ]
        let tables = HearingReport.isConfirmed(gathering.kind, marks: marks, ends: ends) ? [confirmations] : []
        let foot = [
            Report.Section(key: "confirmation", heading: isVisit ? "更正" : "核对和确认", text: corrections, tables: tables),
            Report.Section(key: "signatures", heading: "签字", text: signatures),
        ]
        return Report.Content(title: gathering.title + name, sections: head + said + foot, figuresAt: "")
    }

    private var isVisit: Bool { gathering.kind == .visit }

    private var facts: String {
        [
            "事项：\(gathering.procedureTitle)", "编号：\(gathering.number)", "组织单位：\(gathering.unitName)",
            gathering.beganAt.map { "开始：\(ChinaTime.minute($0, in: .zh))" } ?? "",
            gathering.endedAt.map { "结束：\(ChinaTime.minute($0, in: .zh))" } ?? "",
            gathering.place.isEmpty ? "" : "地点：\(gathering.place)",
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var attendance: Report.Table {
        // Nobody comes to a visit: some make it, and others are met.
        if isVisit {
            return Report.Table(
                caption: "走访人员和走访到的人", heading: ["人员", "情况"],
                rows: people.map { [$0.label(), $0.role == .met ? "走访到" : "走访"] })
        }
        return Report.Table(
            caption: "参加人员", heading: ["参加人员", "到会"],
            rows: people.map { person in
                let came =
                    switch person.presence {
                    case .present: "到会"
                    case .left: "到会，中途离开"
                    case .absent: "未到会"
                    case nil: "未登记"
                    }
                return [person.label(), came]
            })
    }

    /// A section for each point of the agenda under which somebody spoke; one for all where there was no agenda.
    private var said: [Report.Section] {
        let transcript = Transcript(entries)
        let pages = Dictionary(
            transcript.pages.flatMap { page in page.lines.map { ($0.entry.position, page.number) } },
            uniquingKeysWith: { first, _ in first })
        let lines = Dictionary(
            transcript.lines.map { ($0.entry.position, $0) }, uniquingKeysWith: { first, _ in first })
        let whole = isVisit ? "听到的话" : "发言记录"
        var sections: [(heading: String, lines: [String])] = [(whole, [])]
        var page = 0
        for entry in entries {
            if entry.kind == .agenda {
                sections.append((entry.agendaTitle ?? "", []))
            } else if let line = lines[entry.position] {
                // Who confirms or objects names the page.
                if let here = pages[entry.position], here != page {
                    page = here
                    sections[sections.count - 1].lines.append("〔第\(page)页〕")
                }
                sections[sections.count - 1].lines.append(Self.words(line))
            }
        }
        let full = sections.filter { !$0.lines.isEmpty }
        guard !full.isEmpty else { return [Report.Section(key: "said", heading: whole, text: "无。")] }
        return full.enumerated().map { index, section in
            Report.Section(
                key: "said-\(index + 1)", heading: section.heading, text: section.lines.joined(separator: "\n"))
        }
    }

    /// 09:10　参加人3（村民）：… with what it was before, if it was corrected. Hidden words are left out as on the page where it is confirmed.
    private static func words(_ line: Transcript.Line) -> String {
        let speaker = line.entry.speaker?.chinese ?? "记事"
        let late = line.isLate ? "（\(HearingReport.late)）" : ""
        let head = "\(clock(line.entry.saidAt))　\(speaker)\(mark(line.entry.kind))\(late)："
        if line.isHidden { return head + "（这一条已隐去，原话保存在系统里）" }
        let bodies = ([line.entry] + line.corrections).map(\.body)
        let changes = zip(line.corrections, bodies).map { correction, before in
            let became = correction.becomes.map { "为\(name($0))" } ?? ""
            return "〔\(clock(correction.at))更正\(became)，原记录：\(oneLine(before))〕"
        }
        return head + oneLine(line.body) + changes.joined()
    }

    private static func mark(_ kind: TranscriptEntry.Kind) -> String {
        switch kind {
        case .question, .reply: "（\(name(kind))）"
        default: ""
        }
    }

    private static func name(_ kind: TranscriptEntry.Kind) -> String {
        switch kind {
        case .question: "提问"
        case .reply: "答复"
        case .procedural: "程序事项"
        default: "陈述意见"
        }
    }

    private static func clock(_ moment: Date) -> Substring { ChinaTime.input(moment).suffix(5) }

    /// Each line of the file is what one person said at once.
    private static func oneLine(_ text: String) -> String { text.replacingOccurrences(of: "\n", with: "　") }

    private var corrections: String {
        let transcript = Transcript(entries)
        let (count, late) = (transcript.corrections, transcript.lines.count { $0.isLate })
        let words = count == 0 ? "笔录没有更正。" : "笔录更正\(count)处，更正前的文字保留在原处。"
        let people = transcript.ofPeople.map { "\($0.speaker?.chinese ?? "")：\(Self.clock($0.at))更正\($0.body)。" }
        let after = late == 0 ? [] : ["\(HearingReport.late)\(late)条：结束以前说的，结束以后才录入。"]
        return ([words] + people + after).joined(separator: "\n")
    }

    private var confirmations: Report.Table {
        let pages = Transcript(entries).pages.count
        return Report.Table(
            caption: "确认情况", heading: ["参加人员", "确认情况", "异议"],
            rows: people.filter(\.confirms).map { person in
                let own = marks.filter { $0.personID == person.id }
                let end = ends.first { $0.personID == person.id }
                return [
                    person.label(), standing(own, of: pages, end),
                    own.filter { $0.verdict == .objected }.map { "第\($0.page)页：\(Self.oneLine($0.note))" }
                        .joined(separator: "；"),
                ]
            })
    }

    private func standing(_ own: [TranscriptMark], of pages: Int, _ end: TranscriptEnd?) -> String {
        switch end?.outcome {
        case .paper: return "在纸质笔录上签字"
        case .refused: return "拒绝确认，理由：\(end?.reason ?? "")"
        case .unreachable: return "联系不上：\(end?.reason ?? "")"
        case nil: break
        }
        if pages == 0 { return "没有要核对的记录" }
        if own.count < pages { return "已核对\(own.count)页，还有\(pages - own.count)页" }
        return own.contains { $0.verdict == .objected } ? "已核对，有异议" : "确认无误"
    }

    private var signatures: String {
        let line = "＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿"
        return isVisit ? "记录人：\(line)" : "主持人：\(line)\n记录员：\(line)"
    }
}
