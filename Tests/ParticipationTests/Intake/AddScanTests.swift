import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// Not the one of the testing library.
private typealias Comment = Participation.Comment

@Suite struct AddScanTests {
    let county: ExampleCounty
    let intake: Intake
    let pdf = Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 7, count: 300_000)

    init() async throws {
        county = try await ExampleCounty.make()
        intake = Intake(secrets: try ExampleCounty.secrets())
    }

    private func submit(
        _ submitter: Submitter, to procedure: ExampleCounty.Announced
    ) async throws -> (number: SubmissionNumber, mac: [UInt8]) {
        let comment = Comment(
            key: UUID(), procedure: procedure.number, editionID: procedure.editionID, position: nil, body: "建议。",
            submitter: submitter)
        let outcome = try await intake.accept(comment, in: county.database.public)
        return (
            try SubmissionNumber(#require(outcome.number)), intake.codes.mac(for: comment.key)
        )
    }

    private func add(_ bytes: [UInt8], to sent: (number: SubmissionNumber, mac: [UInt8])) async throws -> AddScan {
        try await AddScan.send(bytes, name: "盖章.pdf", to: sent.number, mac: sent.mac, in: county.database.public)
    }

    private func stored() async throws -> [[UInt8]] {
        try await county.database.superuser.read { tx in
            try tx.values(
                """
                select string_agg(c.data, ''::bytea order by c.ordinal)
                from minyi.attachments a join minyi.attachment_chunks c on c.attachment_id = a.id
                where a.expires_at is null group by a.id
                """)
        }
    }

    @Test func keepsTheScanAndReplacesIt() async throws {
        let sent = try await submit(.organisation("老隆镇某社区居委会"), to: try await county.announce())
        let before = try #require(try await Receipt.find(sent.number, mac: sent.mac, in: county.database.public))
        #expect(before.takesScan && !before.hasScan)
        #expect(try await add(Array("%PDF-1.4 first".utf8), to: sent) == .added)
        #expect(try await add(pdf, to: sent) == .added)
        #expect(try await stored() == [pdf])
        let after = try #require(try await Receipt.find(sent.number, mac: sent.mac, in: county.database.public))
        #expect(after.hasScan)
        // The unit reads it; nobody else does.
        let seen = try await ReceivedSubmission.find(
            number: sent.number.description, in: county.database.staff, as: county.organiser)
        let id = try #require(seen?.facts.slipID)
        #expect(try await Attachment.find(id, in: county.database.staff, as: county.organiser)?.size == pdf.count)
        #expect(try await Attachment.find(id, in: county.database.staff, as: county.stranger) == nil)
        // The first one is swept away.
        _ = try await county.database.work.write { try $0.value("select sweep_attachments()", as: Int.self) }
        #expect(
            try await county.database.superuser.read {
                try $0.value("select count(*) from minyi.attachments", as: Int.self)
            }
                == 1)
    }

    @Test func refusesOthersAndOtherFiles() async throws {
        let procedure = try await county.announce()
        let organisation = try await submit(.organisation("一小"), to: procedure)
        let wrong = intake.codes.mac(for: UUID())
        #expect(try await add(pdf, to: (organisation.number, wrong)) == .unknown)
        #expect(try await add(pdf, to: try await submit(.person, to: procedure)) == .unknown)
        await #expect(throws: Attachment.Refused.unknownType) { try await add(Array("MZ".utf8), to: organisation) }
        await #expect(throws: Attachment.Refused.empty) { try await add([], to: organisation) }
        let large = pdf + [UInt8](repeating: 0, count: Attachment.mostBytes)
        await #expect(throws: Attachment.Refused.tooLarge) { try await add(large, to: organisation) }
        #expect(try await stored() == [])
    }

    @Test func goesWithAWithdrawnSubmission() async throws {
        let sent = try await submit(.joint(people: 12), to: try await county.announce())
        #expect(try await add(pdf, to: sent) == .added)
        #expect(try await Withdrawal.request(sent.number, mac: sent.mac, in: county.database.public) == .withdrawn)
        #expect(try await stored() == [])
        #expect(try await add(pdf, to: sent) == .unknown)
    }

    @Test func isClosedWithTheConsultation() async throws {
        let procedure = try await county.announce()
        let sent = try await submit(.joint(people: 3), to: procedure)
        try await county.database.setClock(Date(timeIntervalSinceNow: 30 * 86_400))
        #expect(try await add(pdf, to: sent) == .closed)
    }
}
