import Foundation
import Participation
import Text

/// What a clerk enters about a letter, a call or a visit with a request, before anything is checked.
struct MessageEntryForm: Sendable {
    /// The parts that a citizen's own form has too.
    var typed: MessageForm
    var channel: Channel?
    var arrivedOn: String
    /// The system it came from, and its number there.
    var source: String
    var number: String
    var forSomeone: Bool
    var readBack: Bool
    var scan: FormData.File?
    var files: [FormData.File]

    /// A form that nobody has typed into.
    init(today: CalendarDate) {
        typed = MessageForm()
        arrivedOn = today.description
        (source, number, forSomeone, readBack, files) = ("", "", false, false, [])
    }

    init(_ form: FormData) {
        typed = MessageForm(form)
        channel = Channel(rawValue: form.string("channel")).flatMap { Channel.enteredMessages.contains($0) ? $0 : nil }
        arrivedOn = form.string("arrived_on")
        (source, number) = (form.string("source"), form.string("external_number"))
        (forSomeone, readBack) = (form.bool("for_someone"), form.bool("read_back"))
        (scan, files) = (form.file("scan"), form.files("files"))
    }

    /// - Parameters:
    ///   - scan: the stored scan of the letter or the signed slip.
    ///   - files: stored, what came with it.
    func message(
        _ kind: MessageKind, channel: Channel, arrivedOn: CalendarDate, scan: UUID?, files: [UUID]
    ) -> Message {
        var message = typed.message(kind, recording: nil, files: files)
        message.channel = channel
        message.entry = Comment.Entry(arrivedOn: arrivedOn, forSomeone: forSomeone, readBack: readBack, slipID: scan)
        if !source.isEmpty { message.external = Message.External(source: source, number: number) }
        return message
    }

    /// Everything that is wrong, in the order of the form.
    func errors(_ terms: MessageEntryTerms, _ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        errors.require(channel != nil, "channel", texts["entries.errors.channel"])
        let day = CalendarDate(arrivedOn)
        let isPossible = day.map { $0 <= terms.today && $0 >= terms.earliest } ?? false
        errors.require(
            isPossible, "arrived_on",
            texts["entries.errors.arrived_on", ["day": ChinaTime.day(terms.earliest, in: texts.clock)]])
        errors.require(
            source.isEmpty == number.isEmpty, source.isEmpty ? "source" : "external_number",
            texts["entries.errors.source"])
        errors.require(
            TextLength.count(source) <= Message.External.longestSource, "source",
            texts["entries.errors.too_long", ["limit": Message.External.longestSource]])
        errors.require(
            TextLength.count(number) <= Message.External.longestNumber, "external_number",
            texts["entries.errors.too_long", ["limit": Message.External.longestNumber]])
        if typed.wish?.kind == nil {
            errors.add("kind", texts["messages.errors.\(typed.wish.map { "kind_\($0.rawValue)" } ?? "kind_missing")"])
        }
        let message = message(
            typed.wish?.kind ?? .inquiry, channel: channel ?? .letter, arrivedOn: day ?? terms.today, scan: nil,
            files: [])
        errors.require(!message.faults.contains(.bodyEmpty), "message", texts["entries.errors.words"])
        errors.add(contentsOf: FormErrors(of: message.faults.filter { $0 != .bodyEmpty }, texts))
        errors.require(
            files.count <= Message.mostFiles, "files",
            texts["messages.errors.too_many_files", ["limit": Message.mostFiles]])
        return errors
    }
}
