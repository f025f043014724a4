import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// What somebody's own calendar is given.
@Suite struct CalendarFeedTests {
    private func feed(_ scene: GatheringScene, of today: CalendarDate) async throws -> [PublicEvent] {
        try await scene.database.public.read {
            try $0.all(PublicEvent.feed(of: today, PublicEvent.Filter()), as: PublicEvent.self)
        }
    }

    private func held(_ scene: GatheringScene, of today: CalendarDate) async throws -> PublicEvent? {
        try await feed(scene, of: today).first { $0.what == .starts }
    }

    @Test func whatIsComingStandsFirstAndWhatGoesOnIsNotLeftOut() async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        let consultation = scene.answering.number
        var events = try await feed(scene, of: GatheringScene.today)
        #expect(events.map(\.what) == [.closes, .registrationUntil, .starts, .opens])
        #expect(events.last?.number == consultation)
        // Its last day is the day before the midnight at which it closes.
        let closed = ChinaTime.date(AnsweringScene.closesAt)
        events = try await feed(scene, of: closed.adding(days: -1))
        #expect(events.filter { $0.number == consultation }.map(\.what) == [.closes, .opens])
        events = try await feed(scene, of: closed)
        #expect(!events.contains { $0.number == consultation } && events.count == 2)
    }

    @Test func aPostponedHearingIsCalledOffWhereItStood() async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        try await scene.publish(try await scene.prepare(.postponed))
        let postponed = try #require(try await held(scene, of: GatheringScene.today))
        #expect(postponed.day == GatheringScene.heldOn && postponed.isOff && postponed.endsAt == nil)
        let later = ChinaTime.startOf(GatheringScene.heldOn.adding(days: 2)).addingTimeInterval(36_000)
        try await scene.publish(
            try await scene.prepare(.moved(startsAt: later, endsAt: later.addingTimeInterval(3600), place: "乡政府")))
        let moved = try #require(try await held(scene, of: GatheringScene.today))
        #expect(moved.day == GatheringScene.heldOn.adding(days: 2) && !moved.isOff && moved.number == postponed.number)
    }

    @Test func whatWasCancelledIsToldForAMonth() async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        let dayOfChange = GatheringScene.heldOn.adding(days: -2)
        try await scene.database.setClock(ChinaTime.startOf(dayOfChange).addingTimeInterval(36_000))
        try await scene.publish(try await scene.prepare(.cancelled))
        let nextDay = try #require(try await held(scene, of: GatheringScene.heldOn.adding(days: 1)))
        #expect(nextDay.isOff && nextDay.day == GatheringScene.heldOn)
        #expect(try await held(scene, of: dayOfChange.adding(days: 30)) != nil)
        #expect(try await held(scene, of: dayOfChange.adding(days: 31)) == nil)
    }

    @Test func whatTookPlaceIsNotKept() async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        #expect(try await held(scene, of: GatheringScene.heldOn) != nil)
        #expect(try await held(scene, of: GatheringScene.heldOn.adding(days: 1)) == nil)
    }
}
