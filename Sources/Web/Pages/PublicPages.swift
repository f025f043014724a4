import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Text

/// Pages that look alike for everyone who brings no session, rendered once for each change, language and display, and
/// sent from memory.
///
/// A page is kept under the address its handler has understood, so that a query nobody asked for neither fills the
/// memory nor comes back in somebody else's links. It is rendered for nobody in particular: what asks for the token of a
/// form, or sets a cookie, is not kept.
package struct PublicPages: Sendable {
    private struct Key: Hashable {
        let address: String
        let language: Language
        let display: Display
        let coding: ContentCoding
        /// In China: a page may say what is late, which it becomes without any change.
        let day: CalendarDate
    }

    /// 32 MB: some hundred pages, each in the languages, displays and codings that were asked for.
    private static let limit = 32 * 1024 * 1024

    /// For pages of which a county has a hundred thousand, apart: a walk through them leaves the others where they are.
    private static let limitOfMany = 4 * 1024 * 1024

    private let memory: PublicMemory<Key, KeptAnswer>
    private let many: PublicMemory<Key, KeptAnswer>
    private let searches: RateLimit.Buckets?

    /// - Parameter limit: of what is made for one visitor alone; nil for none.
    init(_ freshness: Freshness, searchLimit: RateLimit.Rule?) {
        memory = PublicMemory(freshness, limit: Self.limit) { $0.body.readableBytes + 1024 }
        many = PublicMemory(freshness, limit: Self.limitOfMany) { $0.body.readableBytes + 1024 }
        searches = searchLimit.map { RateLimit.Buckets($0) }
    }

    /// Lets a visitor pass for whom something is made alone: a search, the second page of a list.
    /// - Throws: `Problem` with 429 when one network asks for too many of them.
    package func admitSearch(_ context: MinyiContext) throws {
        try searches?.admit(context.visit.network)
    }

    /// The page from memory; rendered when it is not there, or when the visitor's own is another.
    /// - Parameters:
    ///   - address: path and query of the page, as its own links would write it.
    ///   - topic: what makes it out of date.
    ///   - isOneOfMany: there are very many such pages: who asks for ever other ones is slowed down.
    ///   - render: makes the answer; for memory in a context without a person in it.
    package func page(
        _ address: String, about topic: PublicState.Topic, isOneOfMany: Bool = false, _ request: Request,
        _ context: MinyiContext, render: @escaping @Sendable (MinyiContext) async throws -> Response
    ) async throws -> Response {
        let visit = context.visit
        visit.moveTo(address)
        guard visit.staff == nil else { return try await render(context) }
        guard !visit.hasFlash else {
            try admitSearch(context)
            return try await render(context)
        }
        let key = key(address, request, visit)
        do {
            guard isOneOfMany else {
                return try await kept(key, in: memory, about: topic, context, render).response(to: request)
            }
            let answer: KeptAnswer
            do {
                answer = try await kept(key, in: many, about: topic, context) {
                    try admitSearch(context)
                    return try await render($0)
                }
            } catch let problem as Problem where problem.reason == .tooManyRequests {
                // It may have been somebody else's refusal, with whom this visitor waited for the same page.
                try admitSearch(context)
                answer = try await kept(key, in: many, about: topic, context, render)
            }
            return answer.response(to: request)
        } catch is Personal {
            return try await render(context)
        }
    }

    /// The page has something of one visitor in it, or a body that is made while it is sent.
    private struct Personal: Error {}

    private func key(_ address: String, _ request: Request, _ visit: Visit) -> Key {
        Key(
            address: address, language: visit.language, display: visit.display,
            coding: ContentCoding(accepting: request.headers[.acceptEncoding]), day: ChinaTime.date(Date()))
    }

    private func kept(
        _ key: Key, in memory: PublicMemory<Key, KeptAnswer>, about topic: PublicState.Topic, _ context: MinyiContext,
        _ render: @escaping @Sendable (MinyiContext) async throws -> Response
    ) async throws -> KeptAnswer {
        switch key.coding {
        case .gzip:
            let plain = Key(
                address: key.address, language: key.language, display: key.display, coding: .identity, day: key.day)
            return try await memory.value(key, about: topic) {
                try await kept(plain, in: memory, about: topic, context, render).gzipped()
            }
        case .identity:
            return try await memory.value(key, about: topic) {
                let context = context.forNobodyInParticular()
                let response = try await render(context)
                guard context.visit.setCookies.isEmpty, let body = try await response.body.collected() else {
                    throw Personal()
                }
                return KeptAnswer(status: response.status, headers: Self.headers(response), body: body)
            }
        }
    }

    /// For the browser's own memory only, and asked for anew each time: something sealed stays in no cache on the way.
    /// Unlike a page with a form it may vary with the cookies, which hold language and display.
    private static func headers(_ response: Response) -> HTTPFields {
        var headers = response.headers
        headers[.cacheControl] = "private, no-cache"
        headers[.vary] = "Accept-Encoding, Accept-Language, Cookie"
        return headers
    }
}

extension ResponseBody {
    /// The bytes of a body that is known as a whole; nil for one that is made while it is sent.
    func collected() async throws -> ByteBuffer? {
        guard contentLength != nil else { return nil }
        let collector = Collector()
        try await write(collector)
        return collector.buffer
    }

    private final class Collector: ResponseBodyWriter {
        var buffer = ByteBuffer()
        func write(_ part: ByteBuffer) async throws { buffer.writeImmutableBuffer(part) }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
