import Documents
import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// Not the one of the testing library.
private typealias Attachment = Participation.Attachment

/// What the public sends with a form, before the form itself.
@Suite struct UploadTests {
    let database: TestDatabase
    let key = UUID()

    init() async throws { database = try await TestDatabase.make() }

    private static func pdf(_ mark: String, size: Int = 0) -> [UInt8] {
        Array("%PDF-1.7 \(mark)".utf8) + [UInt8](repeating: 7, count: size)
    }

    private func store(_ bytes: [UInt8], name: String = "证据.pdf", key: UUID? = nil) async throws -> UUID {
        try await Attachment.storeUpload(bytes, name: name, formKey: key ?? self.key, in: database.public)
    }

    @Test func waitsUnderItsFormsKey() async throws {
        let id = try await store(Self.pdf("a", size: 600_000), name: "照片\u{7}.JPG")
        let found = try await Attachment.uploads(formKey: key, in: database.public)
        #expect(found.map(\.id) == [id])
        // By content, not by name.
        #expect(found.first?.name == "照片.pdf" && found.first?.kind == .pdf)
        #expect(try await Attachment.uploads(formKey: UUID(), in: database.public).isEmpty)
        let chunks = try await database.superuser.read { tx in
            try tx.values("select octet_length(data) from minyi.attachment_chunks order by ordinal", as: Int.self)
        }
        #expect(chunks == [262_144, 262_144, 600_010 - 524_288])
        // Nobody reads it before it is claimed.
        #expect(
            try await Attachment.find(id, in: database.staff, as: .staff(1, grants: [.clerk: [1, 2, 3]])) == nil)
    }

    @Test func theSameFileTwiceIsOne() async throws {
        let first = try await store(Self.pdf("a"))
        #expect(try await store(Self.pdf("a"), name: "又一次.pdf") == first)
        #expect(try await store(Self.pdf("a"), key: UUID()) != first)
    }

    @Test func fiveFilesAndOneTakenAway() async throws {
        var last: UUID?
        for number in 1...5 { last = try await store(Self.pdf("\(number)")) }
        await #expect(throws: Attachment.Refused.tooMany) { try await store(Self.pdf("6")) }
        let id = try #require(last)
        #expect(try await !Attachment.removeUpload(id, formKey: UUID(), in: database.public))
        #expect(try await Attachment.removeUpload(id, formKey: key, in: database.public))
        #expect(try await !Attachment.removeUpload(id, formKey: key, in: database.public))
        _ = try await store(Self.pdf("6"))
    }

    @Test func fiveAtOnceAreStillFive() async throws {
        let stored = await withTaskGroup(of: Bool.self) { group in
            for number in 1...12 {
                group.addTask { (try? await store(Self.pdf("\(number)"))) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(stored == 5)
        #expect(try await Attachment.uploads(formKey: key, in: database.public).count == 5)
    }

    @Test func aDayHasRoomForSoMuchAndNoMore() async throws {
        try await database.owner.write { tx in
            try tx.execute("update site_settings set value = '1' where key = 'upload_megabytes_a_day'")
        }
        // Small files count as 64 KiB each.
        for number in 1...8 { _ = try await store(Self.pdf("\(number)"), key: UUID()) }
        await #expect(throws: Attachment.Refused.full) { try await store(Self.pdf("9", size: 600_000)) }
        _ = try await store(Self.pdf("9", size: 250_000))
        // A quarter of the day is for the voices of those who cannot write.
        let kept: Int = try await database.owner.read { try $0.value("select upload_room(true) - upload_room(false)") }
        #expect(kept == 262_144)
        // The next day has room again.
        try await database.setClock(Date(timeIntervalSinceNow: 86_500))
        _ = try await store(Self.pdf("10", size: 600_000))
    }

    @Test func goesWhenNobodyClaimsIt() async throws {
        _ = try await store(Self.pdf("a"))
        try await database.setClock(Date(timeIntervalSinceNow: 86_500))
        #expect(try await Attachment.uploads(formKey: key, in: database.public).isEmpty)
        #expect(try await database.work.write { try $0.value("select sweep_attachments()", as: Int.self) } == 1)
    }

    @Test(arguments: [
        ([UInt8]("MZ".utf8), Participation.Attachment.Refused.unknownDocument), ([], .empty),
        ([UInt8]("PK\u{3}\u{4} nothing".utf8), .broken), ([0xD0, 0xCF, 0x11, 0xE0, 1, 2], .locked),
        ([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2], .broken),
    ])
    func refuses(_ bytes: [UInt8], _ refused: Participation.Attachment.Refused) async throws {
        await #expect(throws: refused) { try await store(bytes) }
    }

    @Test func aRecordingIsOneMore() async throws {
        let frames = Array("#!AMR\n".utf8) + (0..<500).flatMap { _ in [0x3C] + [UInt8](repeating: 1, count: 31) }
        for number in 1...5 { _ = try await store(Self.pdf("\(number)")) }
        let id = try await Attachment.storeUpload(
            frames, name: "录音.pdf", formKey: key, kinds: FileKind.recordings, in: database.public)
        let found = try #require(try await Attachment.uploads(formKey: key, in: database.public).first { $0.id == id })
        #expect(found.kind == .amr && found.seconds == 10 && found.name == "录音.amr")
        await #expect(throws: Attachment.Refused.tooMany) {
            try await Attachment.storeUpload(
                frames + frames.dropFirst(6), name: "", formKey: key, kinds: FileKind.recordings, in: database.public)
        }
        await #expect(throws: Attachment.Refused.unknownRecording) {
            try await Attachment.storeUpload(
                Self.pdf("x"), name: "", formKey: UUID(), kinds: FileKind.recordings, in: database.public)
        }
    }
}
