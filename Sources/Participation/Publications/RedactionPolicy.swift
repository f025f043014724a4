import Postgres
import Text

/// What of a submission and its answer may become public, and under which name. The one place where this is decided: every
/// page, table and file about a result is made from what comes out of here.
package enum RedactionPolicy {
    /// An answered opinion as the desk's tables hold it.
    package struct Source: Sendable {
        package var number: String
        package var channel: Channel
        package var submitter: Submitter.Kind
        /// Who stand behind it; more than one in a joint letter.
        package var people: Int
        package var organisation: String
        /// Only where the author agreed: the masked name of a person, the name of an organisation.
        package var publicName: String?
        package var passage: String?
        package var body: String
        package var isHidden: Bool
        package var isSealed: Bool
        /// A letter between offices that its writer has not released: it is counted, and no more of it is public.
        package var isInternal: Bool
        package var outcome: Outcome
        package var reason: String
        package var transferredTo: String
        /// Where and by when what was adopted shows.
        package var effect: String
        package var effectOn: CalendarDate?
        /// How many opinions its group holds that say nearly the same, with itself.
        package var alike: Int

        package init(
            number: String, channel: Channel, submitter: Submitter.Kind = .person, people: Int = 1,
            organisation: String = "",
            publicName: String? = nil, passage: String? = nil, body: String, isHidden: Bool = false,
            isSealed: Bool = false, isInternal: Bool = false, outcome: Outcome, reason: String,
            transferredTo: String = "", effect: String = "", effectOn: CalendarDate? = nil, alike: Int = 1
        ) {
            (self.number, self.channel, self.submitter) = (number, channel, submitter)
            self.people = people
            (self.organisation, self.publicName, self.passage) = (organisation, publicName, passage)
            (self.body, self.isHidden, self.isSealed) = (body, isHidden, isSealed)
            self.isInternal = isInternal
            (self.outcome, self.reason, self.transferredTo) = (outcome, reason, transferredTo)
            (self.effect, self.effectOn, self.alike) = (effect, effectOn, alike)
        }
    }

    /// Numbers, addresses and the like in free text become masks.
    package static func text(_ text: String) -> String { PersonalData.masked(text) }

    /// A text without passages that somebody has decided must not be read; what would become a mask goes with them.
    package static func text(_ text: String, without passages: [String]) -> String {
        passages.isEmpty ? self.text(text) : PersonalData.blanked(text, without: passages)
    }

    /// The rows of a result, numbered from 1. Opinions of one submission stand together and bear one label.
    /// - Parameter sources: answered opinions in the order of their submissions; withdrawn submissions are only counted.
    package static func rows(_ sources: [Source]) -> [PublishedContent.Result.Opinion] {
        var labels = Labels()
        return sources.enumerated().map { index, source in
            let isWithheld = source.isSealed || source.isInternal
            return PublishedContent.Result.Opinion(
                ordinal: index + 1, number: source.number, label: labels.label(of: source),
                passage: source.isInternal ? nil : source.passage,
                body: source.isHidden || source.isSealed || source.isInternal ? nil : text(source.body),
                outcome: source.outcome.rawValue, reason: reason(of: source),
                effect: isWithheld || source.effectOn == nil ? nil : text(source.effect),
                effectOn: isWithheld ? nil : source.effectOn?.description,
                alike: isWithheld || source.alike == 1 ? nil : source.alike)
        }
    }

    /// A result is an official text in Chinese, whatever language the desk is read in.
    private static func reason(of source: Source) -> String {
        if source.isInternal { return "单位之间的来往信函，只计数，内容不公开。" }
        var reason = text(source.reason)
        if !source.transferredTo.isEmpty { reason = "已转\(text(source.transferredTo))。\(reason)" }
        if let day = source.effectOn {
            reason += "\n落实：\(text(source.effect))，\(ChinaTime.day(day, in: .zh))以前。"
        }
        return source.alike > 1 ? reason + "\n相近的意见共\(source.alike)条，一并答复。" : reason
    }

    /// 反馈人. Without consent people are only counted: 网民1, 村民1, 单位1. What is hidden or sealed bears no name either,
    /// because the name may be the reason.
    private struct Labels {
        private var counts: [String: Int] = [:]
        private var last: (number: String, label: String)?

        mutating func label(of source: Source) -> String {
            if let last, last.number == source.number { return last.label }
            let label = make(source) + Self.note(source)
            last = (source.number, label)
            return label
        }

        /// How it came, where it was not the web, and how many signed: the counts of the result can be followed row by row.
        private static func note(_ source: Source) -> String {
            let way: String? =
                switch source.channel {
                case .web: nil
                case .counter: "窗口"
                case .phone: "电话"
                case .letter: "信函"
                case .mail: "电子邮件"
                case .meeting: "座谈会"
                case .visit: "来访"
                case .hotline: "12345热线"
                case .written: "书面征求意见"
                case .kiosk: "自助填写机"
                case .hearing: "听证会"
                case .siteVisit: "实地走访"
                }
            let notes = [way, source.submitter == .joint ? "\(source.people)人联名" : nil].compactMap { $0 }
            return notes.isEmpty ? "" : "（\(notes.joined(separator: "，"))）"
        }

        private mutating func make(_ source: Source) -> String {
            if let name = source.publicName, !name.isEmpty, !source.isHidden, !source.isSealed, !source.isInternal {
                if source.submitter == .organisation { return text(source.organisation) }
                // The intake has masked it; a name that somehow was not is masked here.
                return name.utf8.contains(UInt8(ascii: "*")) ? name : Mask.name(name)
            }
            let kind =
                switch (source.submitter, source.channel) {
                case (.organisation, _): "单位"
                case (_, .web), (_, .mail), (_, .kiosk): "网民"
                case (_, .counter), (_, .phone), (_, .letter), (_, .meeting), (_, .visit),
                    (_, .hotline), (_, .written), (_, .siteVisit):
                    "村民"
                case (_, .hearing): "参加人"
                }
            counts[kind, default: 0] += 1
            return "\(kind)\(counts[kind] ?? 1)"
        }
    }
}
