import Foundation
import Participation
import TestSupport
import Testing

/// Not the one of the testing library.
private typealias Comment = Participation.Comment

@Suite struct CommentTests {
    private func comment(
        _ body: String, submitter: Submitter = .person, contact: Contact = Contact(), showsName: Bool = false
    ) -> Comment {
        Comment(
            key: UUID(), procedure: "C", editionID: 1, position: nil, body: body, submitter: submitter,
            contact: contact,
            showsName: showsName)
    }

    @Test func lengthIsCountedAsTheDatabaseDoes() {
        #expect(comment(String(repeating: "长", count: 2000)).faults(name: .none, phone: .none) == [])
        #expect(
            comment(String(repeating: "长", count: 2001)).faults(name: .none, phone: .none) == [
                .bodyTooLong(count: 2001)
            ])
        // 100 graphemes, 2,200 scalars however they are composed.
        let towers = String(repeating: "e" + String(repeating: "\u{302}\u{323}", count: 11), count: 100)
        #expect(comment(towers).faults(name: .none, phone: .none) != [])
        #expect(comment(" \u{3000}\n\t ").faults(name: .none, phone: .none) == [.bodyEmpty])
    }

    @Test func everyFaultIsToldAtOnce() {
        let faulty = comment("", submitter: .organisation("  "), contact: Contact(name: "", phone: "没有"))
        #expect(
            faulty.faults(name: .required, phone: .required)
                == [.bodyEmpty, .organisationRequired, .nameRequired, .phoneMalformed])
        #expect(comment("好", submitter: .joint(people: 1)).faults(name: .none, phone: .none) == [.peopleMissing])
    }

    @Test func whatIsNotAskedForIsNotKept() throws {
        let typed = comment("好", contact: Contact(name: "王小明", phone: "13800138000"))
        #expect(typed.following(name: .none, phone: .none).contact.isEmpty)
        #expect(typed.following(name: .optional, phone: .none).contact == Contact(name: "王小明"))
        let item = try typed.following(name: .none, phone: .none).item(for: Intake(secrets: ExampleCounty.secrets()))
        #expect(item.contact == nil && !item.hasName && !item.hasPhone)
    }

    @Test func aNameIsShownOnlyIfItsBearerAgreedAndThenMasked() {
        let name = Contact(name: "王小明")
        #expect(comment("好", contact: name).publicName == nil)
        let shown = comment("好", contact: name, showsName: true).publicName
        #expect(shown?.contains("小明") == false && shown?.hasPrefix("王") == true)
        #expect(comment("好", submitter: .organisation("龙川一小"), contact: name, showsName: true).publicName == "龙川一小")
    }
}
