import Foundation
import Participation
import Text

extension GatheringDeskPage {
    /// Something that waits here for whoever is signed in, and the button that leads there.
    struct Waiting: Sendable {
        let what: String
        /// By when.
        let when: String?
        let href: String
        let button: String
        let isMain: Bool
    }

    struct Button: Sendable {
        let href: String
        let text: String
        let isSecond: Bool
    }

    /// How it goes on from here: one thing stands out, and everything has its button.
    struct NextSteps {
        let waiting: Filled<Waiting>?
        let buttons: [Button]
        let mayConvene: Bool

        init(
            _ it: Gathering, _ people: [GatheringPerson], _ tasks: [DeskTask], isShown: Bool, isReported: Bool,
            organises: Bool, works: Bool, _ texts: Texts
        ) {
            let hasPresider = people.contains {
                $0.role == .presider && [GatheringPerson.State.named, .accepted].contains($0.state)
            }
            let isPlanned = it.startsAt != nil && !it.place.isEmpty && !it.contactPhone.isEmpty
            let isReady = isPlanned && (it.kind == .visit || hasPresider)
            mayConvene = it.kind != .hearing && it.state == .preparing && isReady
            var steps: [Crumb] = []
            if it.state == .preparing {
                if isPlanned, !isReady, works {
                    steps.append(Crumb(href: it.address + "/people/new", text: texts["gatherings.do.presider"]))
                }
                if isReady, it.kind == .hearing { steps.append(Self.paper(.gatheringNotice, of: it, texts)) }
                if organises { steps.append(Crumb(href: it.address + "/edit", text: texts["gatherings.edit"])) }
            } else if !isReported {
                // While it is on, nothing else comes first; otherwise what waits has its own way there.
                if tasks.isEmpty || it.isOn { steps += [Self.step(of: it, texts)].compactMap { $0 } }
                if it.state == .announced, it.kind != .hearing, !isShown, organises {
                    steps.append(Self.paper(.gatheringNotice, of: it, texts))
                }
                if [.announced, .postponed].contains(it.state), organises {
                    steps.append(Crumb(href: it.address + "/change", text: texts["gatherings.change.title"]))
                }
            }
            let comesFirst = (tasks.isEmpty || it.isOn) && !(mayConvene && organises)
            buttons = steps.enumerated().map {
                Button(href: $1.href, text: $1.text, isSecond: !comesFirst || $0 > 0)
            }
            waiting = Filled(
                tasks.enumerated().map {
                    let task = DeskPage.Task($1, now: it.now, texts)
                    return Waiting(
                        what: task.what, when: task.when, href: task.href,
                        button: texts["gatherings.do.\($1.kind.rawValue)"], isMain: !it.isOn && $0 == 0)
                })
        }

        private static func paper(_ kind: Clearance.Kind, of it: Gathering, _ texts: Texts) -> Crumb {
            Crumb(href: "\(it.address)/papers/\(kind.rawValue)", text: texts.paper(kind, of: it))
        }

        /// The page on which it goes on where nothing waits.
        private static func step(of it: Gathering, _ texts: Texts) -> Crumb? {
            func crumb(_ href: String, _ key: String) -> Crumb {
                Crumb(href: href, text: texts["gatherings.links.\(key)"])
            }
            switch it.state {
            case .announced where it.kind == .visit, .underWay where it.kind == .visit:
                return crumb("/desk/visits/\(it.number)/field", "field")
            case .underWay: return crumb(it.address + "/live", "live")
            case .announced where it.isOn: return crumb(it.address + "/live", "live")
            case .announced:
                let isRegistering = it.registrationUntil.map { it.now < $0 } ?? false
                return it.kind == .hearing && isRegistering
                    ? crumb(it.address + "/registrations", "registrations") : crumb(it.address + "/agenda", "agenda")
            case .held: return crumb(it.address + "/transcript", it.kind == .visit ? "noted" : "transcript")
            case .closed: return paper(.gatheringRecord, of: it, texts)
            case .preparing, .postponed, .cancelled: return nil
            }
        }
    }
}

extension Gathering {
    /// It is its day, or later, and it has not ended. A visit is noted wherever somebody is met.
    fileprivate var isOn: Bool {
        state == .underWay
            || state == .announced && (kind == .visit || (day.map { $0 <= ChinaTime.date(now) } ?? false))
    }
}
