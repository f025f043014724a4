import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// 书面征求意见: who is asked, what they reply, what is public of it.
@Suite struct WrittenTests {
    private let scan: [UInt8] = Array("%PDF-1.4\n%%EOF\n".utf8)

    private func letter(
        _ scene: AnsweringScene, units: [Int] = [1, 3], organisations: [String] = ["县供电局"], says: String = "逾期视为无意见。",
        silenceAgrees: Bool = true, number: String = "民函〔2026〕1号"
    ) async throws -> Int {
        let words = WriteLetter(
            title: "关于征求意见的函", documentNumber: number, body: "请回复。" + says,
            datedOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: -1),
            dueOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: 3), silenceAgrees: silenceAgrees,
            unitIDs: units,
            organisations: organisations.map { .init(name: $0, email: "office@example.cn") })
        return try await words(
            nil, procedure: scene.number, key: UUID(), codes: scene.intake.codes, in: scene.database.staff,
            as: AnsweringScene.organiser)
    }

    private func sent(_ scene: AnsweringScene, silenceAgrees: Bool = true) async throws -> WrittenConsultation.Record {
        let id = try await letter(scene, silenceAgrees: silenceAgrees)
        try await LetterAct.send(version: 1)(on: id, in: scene.database.staff, as: AnsweringScene.organiser)
        return try await record(scene, id)
    }

    private func record(_ scene: AnsweringScene, _ id: Int, as actor: DatabaseActor = AnsweringScene.organiser)
        async throws
        -> WrittenConsultation.Record
    {
        try #require(try await WrittenConsultation.find(id, in: scene.database.staff, as: actor))
    }

    /// The second of whom a letter asks, as it stands now.
    private func second(_ scene: AnsweringScene, _ it: WrittenConsultation.Record) async throws -> Addressee {
        try await record(scene, it.letter.id).addressees[1]
    }

    private func constraint(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? PostgresError)?.constraint ?? "\(error)"
        }
    }

    private func opinion(_ text: String = "请写明时限。") -> LetterReply {
        LetterReply(key: UUID(), kind: .opinion, body: text)
    }

    @Test func aLetterIsWrittenOnceAndSentOnlyWithItsNumber() async throws {
        let scene = try await AnsweringScene.make()
        let id = try await letter(scene, number: "")
        let send = {
            try await LetterAct.send(version: 1)(on: id, in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(await constraint(send) == "written_consultations_numbered")
        #expect(await constraint { _ = try await letter(scene, says: "") } == "written_consultations_says_so")
        #expect(await constraint { _ = try await letter(scene, units: [2]) } == "written_addressees_units_there")
        // Nobody who was not asked sees it; nobody who is asked, before it is sent.
        #expect(try await WrittenConsultation.find(id, in: scene.database.staff, as: AnsweringScene.stranger) == nil)
    }

    @Test func everybodyRepliesInTheirWayAndEachStateIsTold() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene)
        let staff = scene.database.staff
        let (office, traffic, power) = (it.addressees[0], it.addressees[1], it.addressees[2])
        // A unit of ours, at its desk, sees its own row only.
        #expect(try await record(scene, it.letter.id, as: AnsweringScene.stranger).addressees.map(\.id) == [traffic.id])
        let reply = opinion()
        try await reply.send(to: traffic.id, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
        try await reply.send(to: traffic.id, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
        #expect(
            await constraint {
                try await opinion("又一条").send(
                    to: traffic.id, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
            } == "written_replies_once")
        var changed = reply
        changed.body = "改了字"
        #expect(
            await constraint {
                try await changed.send(
                    to: traffic.id, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
            } == "written_replies_key_reused")
        // An organisation, with number and code.
        let code = scene.intake.codes.code(for: power.key)
        #expect(
            try await ReceivedLetter.find(
                number: it.letter.number, mac: scene.intake.codes.mac(scene.intake.codes.code(for: UUID())),
                in: scene.database.public) == nil)
        let found = try await ReceivedLetter.find(
            number: it.letter.number, mac: scene.intake.codes.mac(code), in: scene.database.public)
        #expect(found?.letter.organisation == "县供电局" && found?.passages.count == 3)
        try await LetterReply(key: UUID(), kind: Addressee.ReplyKind.none, body: "").send(
            number: it.letter.number, code: code, codes: scene.intake.codes, in: scene.database.public)
        var now = try await record(scene, it.letter.id).addressees
        #expect(now.map(\.standing) == [.waiting, .opinion, .none])
        // Who says nothing has no opinion, because the letter said so; until something comes on paper, late.
        try await scene.database.setClock(AnsweringScene.afterClosing)
        now = try await record(scene, it.letter.id).addressees
        #expect(now.map(\.standing) == [.deemed, .opinion, .none])
        let day = ChinaTime.date(AnsweringScene.afterClosing)
        func paper() async throws -> UUID {
            try await Attachment.store(scan, name: "来函.pdf", for: [2], in: staff, as: AnsweringScene.organiser)
        }
        let early = try await paper()
        #expect(
            await constraint {
                try await opinion().enter(
                    for: office.id, arrivedOn: day.adding(days: -40), scan: early, codes: scene.intake.codes, in: staff,
                    as: AnsweringScene.organiser)
            } == "written_replies_arrived")
        try await opinion("迟了").enter(
            for: office.id, arrivedOn: day, scan: try await paper(), codes: scene.intake.codes, in: staff,
            as: AnsweringScene.organiser)
        now = try await record(scene, it.letter.id).addressees
        #expect(now.map(\.standing) == [.late, .opinion, .none])
        let tally = WrittenTally(now)
        #expect(tally.asked == 3 && tally.opinions == 2 && tally.counts == [.late: 1, .opinion: 1, .none: 1])
    }

    @Test func whereTheLetterDoesNotSaySoSilenceIsSilence() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene, silenceAgrees: false)
        try await scene.database.setClock(AnsweringScene.afterClosing)
        #expect(try await record(scene, it.letter.id).addressees.allSatisfy { $0.standing == .unanswered })
    }

    @Test func remindersComeBeforeAndAfterTheDayAndNotToWhoHasReplied() async throws {
        let scene = try await AnsweringScene.make()
        try await scene.database.owner.write { tx in
            try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'organiser')")
        }
        let it = try await sent(scene, silenceAgrees: false)
        func told(_ kind: String) async throws -> Int {
            try await scene.database.owner.read {
                try $0.value("select count(*) from notices where kind = \(kind)", as: Int.self)
            }
        }
        func remind() async throws -> Int {
            try await scene.database.work.write { try $0.value("select remind_addressees()", as: Int.self) }
        }
        // Two units of ours at their desks, and the organisation by mail.
        #expect(try await told("written_asked") == 3)
        try await opinion().send(
            to: it.addressees[1].id, codes: scene.intake.codes, in: scene.database.staff, as: AnsweringScene.stranger)
        try await scene.database.setClock(it.letter.dueAt.addingTimeInterval(-3600))
        #expect(try await remind() == 2)
        #expect(try await remind() == 0)
        try await scene.database.setClock(it.letter.dueAt.addingTimeInterval(86400 * 5))
        #expect(try await remind() == 2)
        #expect(try await told("written_soon") == 2)
        #expect(try await told("written_over") == 2)
    }

    @Test func theResultCountsLettersAndShowsTheirWordsOnlyOnceReleased() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene)
        let secret = "县交通局内部的话"
        try await opinion(secret).send(
            to: it.addressees[1].id, codes: scene.intake.codes, in: scene.database.staff, as: AnsweringScene.stranger)
        let shown = try await scene.database.public.read { tx in
            try tx.values("select body from shown_comments(\(scene.number), 999999, 100)", as: String.self)
        }
        #expect(shown.isEmpty)
        let reply = try await record(scene, it.letter.id).addressees[1].reply
        let submission: Int = try await scene.database.owner.read {
            try $0.value("select id from submissions where number = \(reply?.submission ?? "")")
        }
        try await scene.answer(submission, .adopted)
        func draft() async throws -> PublishedContent.Result {
            let heading = try #require(
                try await ProcedureHeading.find(
                    number: scene.number, in: scene.database.staff, as: AnsweringScene.organiser))
            return try await ResultDraft.read(
                procedure: heading, wording: AnsweringScene.wording, in: scene.database.staff,
                as: AnsweringScene.organiser
            ).content
        }
        var content = try await draft()
        #expect(content.channels == ["written": 1] && content.counts.adopted == 1)
        #expect(content.channelCounts == ["written": .init(opinions: 1, people: 1, outcomes: ["adopted": 1])])
        #expect(content.written == .init(asked: 3, opinion: 1, none: 0, late: 0, deemed: 0, unanswered: 2))
        // What the guard counts for itself.
        func reconciles(_ content: PublishedContent.Result) async throws -> Bool {
            let json = JSONText(try PublishedContent.encode(content))
            return try await scene.database.owner.read {
                try $0.value("select result_reconciles(\(scene.procedureID), \(json))")
            }
        }
        #expect(try await reconciles(content))
        for forge in [\PublishedContent.Result.Letters.asked, \.opinion, \.none, \.late, \.deemed] {
            var forged = content
            forged.written?[keyPath: forge] += 1
            #expect(try await !reconciles(forged))
        }
        var silent = content
        silent.written = nil
        #expect(try await !reconciles(silent))
        var moved = content
        moved.channels = ["web": 1]
        #expect(try await !reconciles(moved))
        #expect(content.opinions?.first?.body == nil && content.opinions?.first?.label == "单位1（书面征求意见）")
        #expect(!(try PublishedContent.encode(content)).contains(secret))
        let id = it.addressees[1].id
        #expect(
            await constraint {
                try await LetterAct.release(id, agreement: "", in: scene.database.staff, as: AnsweringScene.organiser)
            } == "written_replies_released")
        try await LetterAct.release(id, agreement: "电话同意", in: scene.database.staff, as: AnsweringScene.organiser)
        content = try await draft()
        #expect(content.opinions?.first?.body == secret && content.opinions?.first?.label == "县交通局（书面征求意见）")
        try await LetterAct.release(id, agreement: nil, in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await draft().opinions?.first?.body == nil)
        #expect(
            await constraint {
                try await LetterAct.release(id, agreement: "x", in: scene.database.staff, as: AnsweringScene.clerk)
            } == "role_required")
    }

    @Test func aLetterSentTwiceWithOtherWordsIsRefusedAndNobodyRewritesWhatTheyHaveNotRead() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let key = UUID()
        var words = WriteLetter(
            title: "关于征求意见的函", documentNumber: "民函〔2026〕1号", body: "请回复。",
            datedOn: ChinaTime.date(AnsweringScene.whileOpen),
            dueOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: 3),
            silenceAgrees: false, unitIDs: [1, 3], organisations: [.init(name: "县供电局", email: "")])
        func write(_ id: Int? = nil, version: Int = 0) async throws -> Int {
            try await words(
                id, version: version, procedure: scene.number, key: key, codes: scene.intake.codes, in: staff,
                as: AnsweringScene.organiser)
        }
        let id = try await write()
        #expect(try await write() == id)
        words.body = "请回复，谢谢。"
        #expect(await constraint { _ = try await write() } == "written_consultations_key_reused")
        #expect(try await write(id, version: 1) == id)
        // A second press finds its own words; a page that was opened before does not write over them, nor send them.
        #expect(try await write(id, version: 1) == id)
        words.title = "另一个标题"
        #expect(await constraint { _ = try await write(id, version: 1) } == "written_consultations_changed_meanwhile")
        #expect(
            await constraint { try await LetterAct.send(version: 1)(on: id, in: staff, as: AnsweringScene.organiser) }
                == "written_consultations_changed_meanwhile")
        words.datedOn = words.dueOn?.adding(days: 1)
        #expect(words.faults == [.datedAfterDue])
        words.datedOn = words.dueOn
        _ = try await write(id, version: 2)
        #expect(
            await constraint { try await LetterAct.send(version: 3)(on: id, in: staff, as: AnsweringScene.organiser) }
                == "written_consultations_dated_ahead")
    }

    @Test func aLaterReplySupersedesTheOneThatWasReadAndWhatWasSaidStays() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene)
        let (staff, traffic) = (scene.database.staff, it.addressees[1].id)
        func say(_ reply: LetterReply) async throws {
            try await reply.send(to: traffic, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
        }
        try await say(LetterReply(key: UUID(), kind: Addressee.ReplyKind.none, body: ""))
        let first = try #require(try await second(scene, it).reply?.id)
        var correction = opinion("请写明时限。")
        correction.replaces = first
        try await say(correction)
        #expect(try await second(scene, it).standing == .opinion)
        let submission = try #require(try await second(scene, it).reply?.submission)
        var again = opinion("请写明时限和地点。")
        again.replaces = first
        #expect(await constraint { try await say(again) } == "written_replies_once")
        again.replaces = try await second(scene, it).reply?.id
        try await say(again)
        let earlier = try await record(scene, it.letter.id).earlier
        #expect(earlier.map(\.kind) == [Addressee.ReplyKind.none, .opinion] && earlier.last?.submission == submission)
        // What holds no longer counts as taken back, with its words on record, and is neither answered nor shown.
        let (body, ending): (String, String) = try await scene.database.owner.read {
            (
                try $0.value("select body from submissions where number = \(submission)"),
                try $0.value(
                    """
                    select o.ending from opinions o join submissions s on s.id = o.submission_id where s.number = \(submission)
                    """)
            )
        }
        #expect(body == "请写明时限。" && ending == "withdrawn")
        let wrong: Int = try await scene.database.work.write { try $0.value("select prove_endings()") }
        #expect(wrong == 0)
        // The desk of the office does not speak for a unit that is not its own.
        let office = AnsweringScene.actor(3, units: [1, 2, 3], ["organiser", "clerk"])
        #expect(
            await constraint {
                try await opinion().send(to: traffic, codes: scene.intake.codes, in: staff, as: office)
            } == "role_required")
    }

    @Test func whatWasEnteredByMistakeIsTakenBack() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene)
        let (staff, office) = (scene.database.staff, it.addressees[0].id)
        let file = try await Attachment.store(
            scan, name: "来函.pdf", for: [2], in: staff, as: AnsweringScene.organiser)
        // It came a day before the button was pressed: the paper had left before.
        try await opinion("登记错了").enter(
            for: office, arrivedOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: -1), scan: file,
            codes: scene.intake.codes, in: staff, as: AnsweringScene.organiser)
        let reply = try #require(try await record(scene, it.letter.id).addressees[0].reply)
        try await LetterAct.takeEntryBack(reply.id, in: staff, as: AnsweringScene.clerk)
        try await LetterAct.takeEntryBack(reply.id, in: staff, as: AnsweringScene.clerk)
        let after = try await record(scene, it.letter.id)
        #expect(after.addressees[0].standing == .waiting && after.earlier.map(\.addresseeID) == [office])
        // An entry that corrects another stays: without it whoever has replied would count as silent.
        var replaces: Int?
        for words in ["登记得对", "更正"] {
            let file = try await Attachment.store(
                scan, name: "来函.pdf", for: [2], in: staff, as: AnsweringScene.organiser)
            var entry = opinion(words)
            entry.replaces = replaces
            try await entry.enter(
                for: office, arrivedOn: ChinaTime.date(AnsweringScene.whileOpen), scan: file, codes: scene.intake.codes,
                in: staff, as: AnsweringScene.organiser)
            replaces = try await record(scene, it.letter.id).addressees[0].reply?.id
        }
        let correction = try #require(replaces)
        #expect(
            await constraint { try await LetterAct.takeEntryBack(correction, in: staff, as: AnsweringScene.clerk) }
                == "written_replies_corrects")
        try await opinion().send(
            to: it.addressees[1].id, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
        let own = try #require(try await record(scene, it.letter.id).addressees[1].reply)
        #expect(
            await constraint { try await LetterAct.takeEntryBack(own.id, in: staff, as: AnsweringScene.clerk) }
                == "written_replies_own_words")
        // Nor does an entry take the place of what they have said.
        let other = try await Attachment.store(
            scan, name: "来函.pdf", for: [2], in: staff, as: AnsweringScene.organiser)
        var over = opinion("写到了别人的名下")
        over.replaces = own.id
        #expect(
            await constraint {
                try await over.enter(
                    for: it.addressees[1].id, arrivedOn: ChinaTime.date(AnsweringScene.whileOpen), scan: other,
                    codes: scene.intake.codes, in: staff, as: AnsweringScene.organiser)
            } == "written_replies_own_words")
        // Nobody takes an office's words back with a code either.
        let id: Int = try await scene.database.owner.read {
            try $0.value("select id from submissions where number = \(own.submission ?? "")")
        }
        #expect(
            await constraint {
                _ = try await staff.write(as: AnsweringScene.clerk) {
                    try $0.execute("select reissue_code(\(id), 1, \([UInt8](repeating: 1, count: 32)))")
                }
            } == "submissions_written_no_code")
    }

    @Test func aSealedScanStaysOnceItIsSentAndWhoIsAskedMayOpenIt() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let id = try await letter(scene)
        func attach() async throws -> UUID {
            let file = try await Attachment.store(
                scan, name: "函.pdf", for: [2], in: staff, as: AnsweringScene.organiser)
            try await LetterAct.attachScan(file)(on: id, in: staff, as: AnsweringScene.organiser)
            return file
        }
        _ = try await attach()
        let file = try await attach()
        try await LetterAct.send(version: 1)(on: id, in: staff, as: AnsweringScene.organiser)
        #expect(await constraint { _ = try await attach() } == "written_consultations_scan_kept")
        let seen: Int = try await staff.read(as: AnsweringScene.stranger) {
            try $0.value("select count(*) from attachments where id = \(file)")
        }
        #expect(seen == 1)
    }

    @Test func whatHasEndedIsNotRemindedOfNorDoesItWait() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene, silenceAgrees: false)
        func waiting() async throws -> [Int] {
            try await scene.database.staff.read(as: AnsweringScene.stranger) {
                try $0.values("select addressee_id from waiting_letters()")
            }
        }
        #expect(try await waiting() == [it.addressees[1].id])
        try await scene.close()
        try await scene.finish()
        #expect(try await waiting().isEmpty)
        let told: Int = try await scene.database.work.write { try $0.value("select remind_addressees()") }
        #expect(told == 0)
        #expect(try await !record(scene, it.letter.id).letter.takesReplies)
    }

    @Test func thePublicLearnsNothingOfLettersWhileItIsOpen() async throws {
        let scene = try await AnsweringScene.make()
        let it = try await sent(scene)
        try await scene.submit("一")
        try await opinion().send(
            to: it.addressees[1].id, codes: scene.intake.codes, in: scene.database.staff, as: AnsweringScene.stranger)
        let figures: [String] = try await scene.database.work.write { tx in
            try tx.execute("select refresh_figures()")
            return try tx.values("select name || ' ' || value from public_figures order by name")
        }
        #expect(figures == ["received 1", "received_web 1"])
    }

    @Test func organisationsAreReadOneALine() {
        #expect(
            WriteLetter.organisations("县供电局，a@b.cn\n\n 县作家协会 \n") == [
                .init(name: "县供电局", email: "a@b.cn"), .init(name: "县作家协会", email: ""),
            ])
    }
}
