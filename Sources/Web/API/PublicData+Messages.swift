import Foundation
import Participation
import Text

/// What programs read of messages. Days are days of China, times ISO 8601 in UTC.
extension PublicData {
    struct Units: Encodable {
        let units: [Unit]
    }

    struct Unit: Encodable {
        let code: String
        let name: String

    }

    struct Messages: Encodable {
        let messages: [Message]
        /// The address of the next page; absent on the last.
        let next: String?
    }

    /// A line of the board. It has a title once its answer is published.
    struct Message: Encodable {
        let number: String
        let kind: String
        let state: String
        let unit: Unit
        let receivedOn: String
        let dueOn: String?
        let provisional: Bool
        let late: Bool
        let answeredOn: String?
        let workingDays: Int?
        let title: String?
        let rating: Rating?
        let page: String

        struct Rating: Encodable {
            let resolved: String
            let attitude: Int
            let speed: Int
        }

        /// - Parameter codes: of units, by their ids.
        init(_ message: PublicMessage, _ codes: [Int: String], publicURL: String) {
            (number, kind, title) = (message.number, message.kind.rawValue, message.title)
            state = message.sealedAt != nil ? "sealed" : message.publishedAt != nil ? "answered" : "open"
            unit = Unit(code: codes[message.unitID] ?? "", name: message.unitName)
            (receivedOn, dueOn) = (message.receivedOn.description, message.dueOn?.description)
            (provisional, late) = (message.isProvisional, message.isLate)
            (answeredOn, workingDays) = (message.answeredOn?.description, message.workingDays)
            if let resolved = message.resolved, let attitude = message.attitude, let speed = message.speed {
                rating = Rating(resolved: resolved.rawValue, attitude: attitude, speed: speed)
            } else {
                rating = nil
            }
            page = "\(publicURL)/messages/\(message.number)"
        }
    }

    struct WholeMessage: Encodable {
        let message: Message
        /// The newest first; empty while nothing is published.
        let versions: [MessageVersion]
    }

    /// What was published, word by word; without words once it is sealed.
    struct MessageVersion: Encodable {
        let version: Int
        let publishedAt: String
        let title: String?
        let question: String?
        let name: String?
        let unit: String?
        let answer: String?

        init(_ it: PublishedMessage) {
            version = it.version
            publishedAt = ChinaTime.utcMicroseconds(it.publishedAt)
            (title, question, answer) = (it.content?.title, it.content?.question, it.content?.answer)
            (name, unit) = (it.content?.name, it.content?.unit)
        }
    }

    /// The receipt of a message: where it stands, and the answers there are.
    struct MessageState: Encodable {
        let number: String
        let kind: String
        let state: String
        let title: String?
        let unit: String
        let receivedAt: String
        let dueOn: String?
        let provisional: Bool
        let paused: Bool
        let late: Bool
        let workingDays: Int?
        let endingText: String?
        let answers: [Answer]
        /// Whether it stands on the public board with its words.
        let isPublic: Bool

        struct Answer: Encodable {
            let unit: String
            let answeredAt: String
            let answer: String
        }

        init(_ it: MessageReceipt) {
            (number, kind, state, unit) = (it.number, it.kind.rawValue, it.standing, it.unit)
            title = it.holdsWords ? it.title : nil
            receivedAt = ChinaTime.utcMicroseconds(it.receivedAt)
            dueOn = it.state.isOpen && !it.isPaused ? it.dueOn?.description : nil
            (provisional, paused, late, workingDays) = (it.isProvisional, it.isPaused, it.isLate, it.workingDays)
            endingText = it.holdsWords && !it.endingText.isEmpty ? it.endingText : nil
            answers =
                it.sealedAt != nil
                ? []
                : it.answers.map {
                    Answer(
                        unit: $0.unit,
                        answeredAt: ChinaTime.utcMicroseconds(Date(timeIntervalSince1970: $0.at)), answer: $0.body)
                }
            isPublic = it.isPublic
        }
    }
}
