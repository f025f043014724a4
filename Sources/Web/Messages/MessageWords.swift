import Participation
import Text

/// Words about messages that several pages share.
extension Texts {
    /// Class and word of the state on the public board.
    func state(of message: PublicMessage) -> (code: String, text: String) {
        let code =
            message.sealedAt != nil
            ? "sealed" : message.publishedAt == nil ? "open" : message.isHandledAgain ? "again" : "published"
        return (code, self["messages.board.states.\(code)"])
    }

    /// That it is late, in words; nil when it is in time.
    func late(_ message: PublicMessage) -> String? {
        guard message.isLate else { return nil }
        return self[
            message.answeredOn == nil || message.isHandledAgain
                ? "messages.board.overdue" : "messages.board.answered_late"]
    }

    /// Unit and days of a message that waits for its answer.
    func waitingLine(_ message: PublicMessage) -> String {
        let parts = [
            message.unitName,
            self["messages.board.received_on", ["day": ChinaTime.day(message.receivedOn, in: clock)]],
            message.answeredOn != nil
                ? self["messages.board.in_review"]
                : message.dueOn.map {
                    self["messages.board.due_on", ["day": ChinaTime.day($0, in: clock)]]
                        + (message.isProvisional ? self["messages.provisional"] : "")
                },
        ]
        return parts.compactMap { $0 }.joined(separator: self["messages.dot"])
    }

    /// Unit, day and time taken of a published answer.
    func answeredLine(_ message: PublicMessage) -> String {
        let parts = [
            message.unitName,
            message.answeredOn.map { self["messages.board.answered_on", ["day": ChinaTime.day($0, in: clock)]] },
            message.workingDays.map {
                $0 == 0 ? self["messages.board.same_day"] : self["messages.board.took", ["count": $0]]
            },
        ]
        return parts.compactMap { $0 }.joined(separator: self["messages.dot"])
    }

    /// A file by its name and size, as people read sizes.
    func file(_ name: String, bytes: Int) -> String {
        self["messages.file", ["name": name, "size": size(bytes)]]
    }

    func size(_ bytes: Int) -> String {
        bytes >= 1_000_000 ? "\((bytes + 500_000) / 1_000_000) MB" : "\(max(1, (bytes + 500) / 1000)) KB"
    }
}
