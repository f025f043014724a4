import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    func addLiveDesk(to router: Router<MinyiContext>) {
        for path in ["hearings", "forums"] {
            router.get("/\(path)/:number/screen") { request, context -> Response in
                let (screen, key) = try await followed(request, context)
                let entries = try await ScreenEntry.all(of: screen, in: pools.public)
                let page = ScreenPage(
                    screen, LiveScreen(entries), address: "/\(path)/\(try context.text("number"))", key: key,
                    now: Date(), context.texts)
                return privately(try pages.render(page, in: context))
            }
            router.get("/\(path)/:number/stream") { request, context -> Response in
                let place = try EventStream.position(request)
                let (screen, key) = try await followed(request, context)
                guard live.followers < EventStream.most else {
                    throw Problem(
                        .serviceUnavailable, .overloaded, text: context.texts["live_desk.screen.many"], retryAfter: 15)
                }
                return EventStream.response(context.texts) { live.follow(screen, after: place, inTheHall: key != nil) }
            }
        }
        addTranscripts(to: router)
        addRecording(to: desk(router))
        addTranscriptDesk(to: desk(router))
    }

    /// What may be followed without a key, or with the one of the hall.
    private func followed(
        _ request: Request, _ context: MinyiContext
    ) async throws -> (screen: GatheringScreen, key: String?) {
        let key = try request.query().optional("key").flatMap { UUID(uuidString: $0) }
        guard let found = try await GatheringScreen.find(try context.text("number"), key: key, in: pools.public) else {
            throw Problem.notFound
        }
        return (found, key?.uuidString.lowercased())
    }

    /// The gathering in the path, where the member of staff may see it.
    /// - Parameter orVisit: also a visit, which has no room with an agenda, a screen and a turn to speak, but ends and is worked up.
    func heldGathering(orVisit: Bool = false, _ context: MinyiContext) async throws -> Gathering {
        let number = try context.text("number")
        let found = try await pools.staff.read(as: context.actor) {
            try $0.first(Gathering.with(number: number), as: Gathering.self)
        }
        guard let found, orVisit || found.kind != .visit else { throw Problem.notFound }
        return found
    }
}
