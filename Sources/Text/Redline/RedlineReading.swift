/// Makes the shortest edit one that people can read. What is deleted and inserted stays as true as before.
///
/// The shortest edit between two sentences keeps every character they happen to share, and reads like confetti. The two
/// steps are those of Neil Fraser's diff-match-patch (“semantic cleanup”), counted in words of `RedlineWords`.
enum RedlineReading {
    typealias Edit = SequenceDifference.Hunk

    /// Joins two edits when no more words are kept between them than were changed on either side, and at most twelve.
    ///
    /// [-乡-][+镇+]人民政府[-办-][+负责+] keeps its four characters; a single 的 between two rewritten phrases is rewritten with
    /// them. diff-match-patch has no upper bound: a sentence that survives between two rewritten paragraphs would not
    /// show.
    static func join(_ edits: inout [Edit]) {
        var joined: [Edit] = []
        for edit in edits {
            var edit = edit
            // What has grown may swallow what the smaller one could not.
            while let last = joined.last,
                edit.old.lowerBound - last.old.upperBound <= min(size(last), size(edit), mostSwallowed)
            {
                edit = Edit(
                    old: last.old.lowerBound..<edit.old.upperBound, new: last.new.lowerBound..<edit.new.upperBound)
                joined.removeLast()
            }
            joined.append(edit)
        }
        edits = joined
    }

    private static let mostSwallowed = 12

    private static func size(_ edit: Edit) -> Int { max(edit.old.count, edit.new.count) }

    /// Shifts what was only inserted, or only deleted, to where a sentence or line begins or ends.
    ///
    /// When 乙。 is put between 甲。 and 丙。, the shortest edit may as well be “。乙” before the second stop.
    static func align(_ edits: inout [Edit], _ old: [Int32], _ new: [Int32]) {
        for index in edits.indices {
            let edit = edits[index]
            guard edit.old.isEmpty || edit.new.isEmpty else { continue }
            let words = edit.old.isEmpty ? new : old
            let own = edit.old.isEmpty ? edit.new : edit.old
            // One kept word stays on either side, or two edits would touch.
            let before = index > 0 ? edit.old.lowerBound - edits[index - 1].old.upperBound - 1 : edit.old.lowerBound
            let after =
                index + 1 < edits.count
                ? edits[index + 1].old.lowerBound - edit.old.upperBound - 1 : old.count - edit.old.upperBound
            var (left, right) = (0, 0)
            while left < before, words[own.lowerBound - left - 1] == words[own.upperBound - left - 1] { left += 1 }
            while right < after, words[own.lowerBound + right] == words[own.upperBound + right] { right += 1 }
            guard left + right > 0 else { continue }
            var (best, bestRank) = (0, -1)
            for shift in -left...right {
                let rank = rank(words, own.lowerBound + shift) + rank(words, own.upperBound + shift)
                if rank > bestRank || rank == bestRank && shift <= 0 { (best, bestRank) = (shift, rank) }
            }
            edits[index] = Edit(old: shifted(edit.old, best), new: shifted(edit.new, best))
        }
    }

    private static func shifted(_ range: Range<Int>, _ by: Int) -> Range<Int> {
        range.lowerBound + by..<range.upperBound + by
    }

    /// How good a place to cut the gap before `position` is: between lines 4, after a sentence 3, beside a sign 2,
    /// nowhere 0.
    private static func rank(_ words: [Int32], _ position: Int) -> Int {
        guard position > 0, position < words.count else { return 4 }
        let (last, next) = (sign(words[position - 1]), sign(words[position]))
        switch (last, next) {
        case (.line, _), (_, .line): return 4
        case (.stop, _): return 3
        case (.other, nil), (.blank, nil), (nil, .opening): return 2
        case (nil, nil): return 0
        default: return 1
        }
    }

    private enum Sign { case line, stop, opening, blank, other }

    private static func sign(_ id: Int32) -> Sign? {
        guard let scalar = Unicode.Scalar(UInt32(id)) else { return nil }
        switch scalar {
        case "\n", "\r", "\u{2028}", "\u{2029}": return .line
        case "。", "！", "？", "；", ";", "!", "?": return .stop
        case "（", "(", "《", "〈", "“", "‘", "「", "【", "[": return .opening
        case " ", "\t", "\u{3000}": return .blank
        case "，", ",", "、", "：", ":", ".", "）", ")", "》", "〉", "”", "’", "」", "】", "]": return .other
        default: return nil
        }
    }
}
