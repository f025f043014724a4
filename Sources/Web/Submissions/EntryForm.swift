import Foundation
import Participation
import Text

/// What a clerk enters about a letter, a call or a visit, before anything is checked.
struct EntryForm: Sendable {
    /// The parts that a citizen's own form has too.
    var typed: CommentForm
    var channel: Channel?
    var arrivedOn: String
    var forSomeone: Bool
    var readBack: Bool
    var scan: FormData.File?

    /// A form that nobody has typed into.
    init(edition: Int, today: CalendarDate) {
        typed = CommentForm(edition: edition, row: nil)
        arrivedOn = today.description
        (forSomeone, readBack) = (false, false)
    }

    init(_ form: FormData) {
        typed = CommentForm(form)
        channel = Channel(rawValue: form.string("channel")).flatMap { Channel.entered.contains($0) ? $0 : nil }
        arrivedOn = form.string("arrived_on")
        forSomeone = form.bool("for_someone")
        readBack = form.bool("read_back")
        scan = form.file("scan")
    }

    /// - Parameter slip: the stored scan.
    func comment(on procedure: ProcedureHeading, channel: Channel, arrivedOn: CalendarDate, slip: UUID?) -> Comment {
        Comment(
            key: typed.key, procedure: procedure.number, editionID: typed.edition, position: typed.row,
            body: typed.content, channel: channel, submitter: typed.sender,
            contact: Contact(name: typed.name, phone: typed.phone), showsName: typed.showsName,
            entry: Comment.Entry(arrivedOn: arrivedOn, forSomeone: forSomeone, readBack: readBack, slipID: slip))
    }

    /// Everything that is wrong, in the order of the form. Name and phone are never asked of somebody who wrote a letter.
    func errors(on procedure: ProcedureHeading, _ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        errors.require(channel != nil, "channel", texts["submissions.entry.errors.channel"])
        let day = CalendarDate(arrivedOn)
        errors.require(
            day.map { $0 <= procedure.lastArrival } ?? false, "arrived_on",
            texts[
                "submissions.entry.errors.arrived_on",
                ["day": ChinaTime.day(procedure.lastArrival, in: texts.clock)]])
        errors.require(
            day.map { $0 >= procedure.firstArrival } ?? true, "arrived_on",
            texts[
                "submissions.entry.errors.arrived_early",
                ["day": ChinaTime.day(procedure.firstArrival, in: texts.clock)]])
        let comment = comment(on: procedure, channel: channel ?? .letter, arrivedOn: day ?? .earliest, slip: nil)
        for fault in comment.faults(name: .optional, phone: .optional) {
            let empty = texts["submissions.entry.errors.content"]
            errors.add(fault.field, fault == .bodyEmpty ? empty : texts.sentence(fault))
        }
        return errors
    }
}

extension ProcedureHeading {
    /// The last day on which a letter may have arrived: the day of closing, or today while it is open.
    var lastArrival: CalendarDate { min(ChinaTime.date(now), ChinaTime.lastDay(before: closesAt)) }
}
