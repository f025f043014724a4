import Foundation

/// What a report says of what was said: by whom, in what words, and who has confirmed it.
enum HearingReport {
    /// Said before the end, and taken after it.
    static let late = "结束后补录"

    /// Whether who was there had to look at the transcript, or has done so: a hearing is not closed without it, at a forum it may be asked for.
    static func isConfirmed(_ kind: Gathering.Kind, marks: [TranscriptMark], ends: [TranscriptEnd]) -> Bool {
        kind == .hearing || !marks.isEmpty || !ends.isEmpty
    }

    static func sections(
        of kind: Gathering.Kind, people: [GatheringPerson], entries: [TranscriptEntry], marks: [TranscriptMark],
        ends: [TranscriptEnd]
    ) -> [Report.Section] {
        let transcript = Transcript(entries)
        let corrections = transcript.corrections
        // Nobody sat in a room, asked questions or confirmed a transcript.
        if kind == .visit {
            let corrected =
                corrections == 0 ? "" : "\n记下以后更正\(corrections)处，更正前的文字保留在走访笔录里。"
            return [
                .init(key: "attendance", heading: "走访情况", text: presence(people) + corrected),
                .init(
                    key: "statements", heading: "听到的意见",
                    text: said(transcript, [.statement], speakers: [.met], people)),
                .init(key: "opinions", heading: "意见及处理", text: counted("走访听到的话", transcript, entries)),
            ]
        }
        return [
            .init(key: "attendance", heading: "到会情况", text: presence(people)),
            .init(
                key: "statements", heading: "陈述和提问",
                text: said(transcript, [.statement, .question], speakers: [.participant, .invited, .met], people)),
            .init(
                key: "replies", heading: "说明和答复",
                text: said(transcript, [.statement, .question, .reply], speakers: [.presenter], people)),
            .init(
                key: "confirmation", heading: kind == .hearing ? "笔录确认" : "记录确认",
                text: (isConfirmed(kind, marks: marks, ends: ends)
                    ? confirmation(marks, ends) : "这份记录没有经参加人核对确认。")
                    + (corrections > 0 ? "\n笔录更正：\(corrections)处，原文保留。" : "")),
            .init(key: "opinions", heading: "意见及处理", text: counted("陈述和提问", transcript, entries)),
        ]
    }

    static func presence(_ people: [GatheringPerson]) -> String {
        let named = people.filter(\.isExpected)
        func came(_ all: [GatheringPerson]) -> Int { all.count { $0.came } }
        // On a visit it is the others who come.
        let met = named.count { $0.role == .met }
        if met > 0 { return "走访\(met)人。" }
        let groups: [(role: GatheringPerson.Role, name: String)] = [
            (.participant, "听证参加人"), (.invited, "受邀人"),
        ]
        let lines = groups.compactMap { group -> String? in
            let all = named.filter { $0.role == group.role }
            return all.isEmpty ? nil : "\(group.name)\(all.count)人，到会\(came(all))人。"
        }
        return (["到会\(came(named))人。"] + lines).joined(separator: "\n")
    }

    /// How much was said, and how many opinions it became.
    private static func counted(_ what: String, _ transcript: Transcript, _ entries: [TranscriptEntry]) -> String {
        let said = transcript.lines.count { [.statement, .question].contains($0.kind) }
        let opinions = Set(entries.compactMap(\.submissionNumber)).count
        return "共记录\(what)\(said)条，整理为意见\(opinions)件，已列入本事项的公众意见，采纳情况和理由随结果一并公布。"
    }

    /// By speaker, in the order of the transcript, masked as in the result; what was hidden is left out.
    private static func said(
        _ transcript: Transcript, _ kinds: Set<TranscriptEntry.Kind>, speakers: Set<GatheringPerson.Role>,
        _ people: [GatheringPerson]
    ) -> String {
        let ids = Set(people.filter { speakers.contains($0.role) }.map(\.id))
        let lines = transcript.lines.filter { line in
            kinds.contains(line.kind) && !line.isHidden && line.entry.personID.map(ids.contains) == true
        }
        return lines.isEmpty
            ? "无。"
            : lines.map {
                "\($0.entry.speaker?.chinese ?? "")\($0.isLate ? "（\(late)）" : "")：\(RedactionPolicy.text($0.body))"
            }
            .joined(separator: "\n")
    }

    private static func confirmation(_ marks: [TranscriptMark], _ ends: [TranscriptEnd]) -> String {
        let valid = marks.filter { !$0.isVoid }
        let confirmed = Set(valid.map(\.personID)).count
        let objections = valid.filter { $0.verdict == .objected }
        var lines = ["在线确认\(confirmed)人，纸质签字\(ends.count { $0.outcome == .paper })人。"]
        for objection in objections { lines.append("第\(objection.page)页有异议：\(RedactionPolicy.text(objection.note))") }
        let refused = ends.filter { $0.outcome != .paper }
        if !refused.isEmpty {
            // Each reason once, with for how many it was given.
            let reasons = refused.map { $0.reason.hasSuffix("。") ? String($0.reason.dropLast()) : $0.reason }
            let times = Dictionary(reasons.map { ($0, 1) }, uniquingKeysWith: +)
            var seen: Set<String> = []
            let each = reasons.filter { seen.insert($0).inserted }.map { reason in
                let many = times[reason] ?? 1
                return many == 1 ? reason : "\(reason)（\(many)人）"
            }
            lines.append("未确认\(refused.count)人：\(RedactionPolicy.text(each.joined(separator: "；")))。")
        }
        return lines.joined(separator: "\n")
    }
}
