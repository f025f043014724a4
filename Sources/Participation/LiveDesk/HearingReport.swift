import Foundation
import Text

/// 听证报告 as the transcript makes it: what is edited stays when it is made anew, by `Report.Content.refreshed(by:)`.
package enum HearingReport {
    package static func proposed(
        for gathering: Gathering, people: [GatheringPerson], entries: [TranscriptEntry], marks: [TranscriptMark] = [],
        ends: [TranscriptEnd] = []
    ) -> Report.Content {
        let transcript = Transcript(entries)
        return Report.Content(
            title: "\(gathering.title)\(gathering.kind == .hearing ? "报告" : "记录")",
            sections: [
                .init(key: "basics", heading: "基本情况", text: basics(gathering, entries)),
                .init(key: "people", heading: "参加人员", text: presence(people)),
                .init(
                    key: "statements", heading: "陈述和提问",
                    text: said(transcript, [.statement, .question], speakers: [.participant, .invited, .met], people)),
                .init(
                    key: "replies", heading: "说明和答复",
                    text: said(transcript, [.statement, .question, .reply], speakers: [.presenter], people)),
                .init(key: "confirmation", heading: "笔录确认", text: confirmation(marks, ends)),
                .init(key: "handling", heading: "意见处理", text: "上述意见已列入本事项的公众意见，采纳情况和理由随结果一并公布。"),
            ], figuresAt: ChinaTime.iso(gathering.now))
    }

    private static func basics(_ gathering: Gathering, _ entries: [TranscriptEntry]) -> String {
        let day = gathering.beganAt.map { "\(ChinaTime.date($0))" } ?? "—"
        var lines = [
            "事项：\(gathering.procedureTitle)", "时间：\(day)", "地点：\(gathering.place)", "组织单位：\(gathering.unitName)",
        ]
        if !gathering.practiceReason.isEmpty { lines.append("时限说明：\(gathering.practiceReason)") }
        let corrections = entries.count { $0.kind == .correction }
        if corrections > 0 { lines.append("笔录更正：\(corrections)处，原文保留") }
        return lines.joined(separator: "\n")
    }

    private static func presence(_ people: [GatheringPerson]) -> String {
        let named = people.filter { $0.state == .named || $0.state == .accepted }
        let present = named.count { $0.presence == .present || $0.presence == .left }
        let participants = named.filter { $0.role == .participant }
        let came = participants.count { $0.presence == .present || $0.presence == .left }
        var lines = ["到会\(present)人。"]
        if !participants.isEmpty { lines.append("听证参加人\(participants.count)人，到会\(came)人。") }
        return lines.joined(separator: "\n")
    }

    /// By speaker, in the order of the transcript; what was hidden is left out.
    private static func said(
        _ transcript: Transcript, _ kinds: Set<TranscriptEntry.Kind>, speakers: Set<GatheringPerson.Role>,
        _ people: [GatheringPerson]
    ) -> String {
        let ids = Set(people.filter { speakers.contains($0.role) }.map(\.id))
        let lines = transcript.lines.filter { line in
            kinds.contains(line.entry.kind) && !line.isHidden && line.entry.personID.map(ids.contains) == true
        }
        return lines.isEmpty ? "无。" : lines.map { "\($0.entry.label)：\($0.body)" }.joined(separator: "\n")
    }

    private static func confirmation(_ marks: [TranscriptMark], _ ends: [TranscriptEnd]) -> String {
        let valid = marks.filter { !$0.isVoid }
        let confirmed = Set(valid.map(\.personID)).count
        let objections = valid.filter { $0.verdict == .objected }
        var lines = ["在线确认\(confirmed)人，纸质签字\(ends.count { $0.outcome == .paper })人。"]
        for objection in objections { lines.append("第\(objection.page)页有异议：\(objection.note)") }
        let refused = ends.filter { $0.outcome != .paper }
        if !refused.isEmpty {
            lines.append("未确认\(refused.count)人：\(refused.map(\.reason).joined(separator: "；"))")
        }
        return lines.joined(separator: "\n")
    }
}
