import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection a while after an answer that came before the whole request was read: a body too large or too slow,
/// an address that does not exist, a head that makes no sense. Closing at once would lose the answer on its way, because
/// the other side is still sending; not closing would let it send for ever.
final class LingeringClose: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let time = TimeAmount.seconds(5)

    private var isRequestComing = false
    private var closing: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isRequestComing = true
        case .body: break
        case .end:
            isRequestComing = false
            closing?.cancel()
            closing = nil
        }
        context.fireChannelRead(data)
    }

    /// After a head or chunk that cannot be read nothing else can be.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isRequestComing = true
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Last, as it costs more than the others together, and every part of every answer comes through here.
        if isRequestComing, closing == nil, case .end = unwrapOutboundIn(data) {
            let channel = context.channel
            closing = channel.eventLoop.scheduleTask(in: Self.time) { channel.close(promise: nil) }
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closing?.cancel()
        context.fireChannelInactive()
    }
}
