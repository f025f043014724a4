import Foundation

/// What a report says of what was said: by whom, in what words, and who has confirmed it.
enum HearingReport {
    static func sections(
        people: [GatheringPerson], entries: [TranscriptEntry], marks: [TranscriptMark], ends: [TranscriptEnd]
    ) -> [Report.Section] {
        let transcript = Transcript(entries)
        let corrections = entries.count { $0.kind == .correction }
        return [
            .init(key: "attendance", heading: "到会情况", text: presence(people)),
            .init(
                key: "statements", heading: "陈述和提问",
                text: said(transcript, [.statement, .question], speakers: [.participant, .invited, .met], people)),
            .init(
                key: "replies", heading: "说明和答复",
                text: said(transcript, [.statement, .question, .reply], speakers: [.presenter], people)),
            .init(
                key: "confirmation", heading: "笔录确认",
                text: confirmation(marks, ends) + (corrections > 0 ? "\n笔录更正：\(corrections)处，原文保留。" : "")),
            .init(key: "opinions", heading: "意见及处理", text: "上述意见已列入本事项的公众意见，采纳情况和理由随结果一并公布。"),
        ]
    }

    private static func presence(_ people: [GatheringPerson]) -> String {
        let named = people.filter { $0.state == .named || $0.state == .accepted }
        let present = named.count { $0.presence == .present || $0.presence == .left }
        let participants = named.filter { $0.role == .participant }
        let came = participants.count { $0.presence == .present || $0.presence == .left }
        return "到会\(present)人。" + (participants.isEmpty ? "" : "\n听证参加人\(participants.count)人，到会\(came)人。")
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
