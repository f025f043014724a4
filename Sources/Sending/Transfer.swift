import CCurl
import Glibc

/// One transfer of libcurl. It waits for the network, so it belongs on a thread that may wait.
final class Transfer {
    /// Seconds for all of it: less than the twenty that a program has to stop in order, and much less than a job's lease.
    static let longest = 15
    /// Bytes of an answer that are read.
    static let longestAnswer = 64 * 1024

    struct Outcome {
        let code: CURLcode
        /// HTTP status or last SMTP reply; 0 when none came.
        let status: Int
        /// A private address was refused.
        let wasPrivate: Bool
        /// It was ended because the answer was too long; what it says is in its status.
        let answerWasCut: Bool
    }

    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var upload: ArraySlice<UInt8> = []
    private var received = 0
    /// What came, when somebody wants to read it.
    private(set) var answer: [UInt8] = []
    var keepsAnswer = false
    private var wasPrivate = false
    private let allowsPrivate: Bool
    /// The first option that could not be set. Nothing is sent then: it may have been the one that encrypts.
    private var flaw = CURLE_OK

    /// libcurl is made ready once, before its first use.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Parameters:
    ///   - protocols: which of them may be spoken: `smtp,smtps`.
    ///   - authority: a file with the certificates to trust instead of the system's.
    /// - Returns: nil when libcurl has no memory.
    init?(url: String, protocols: String, authority: String?, allowsPrivate: Bool) {
        guard Self.isReady, let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.allowsPrivate = allowsPrivate
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, protocols)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, 10)
        set(CURLOPT_TIMEOUT, Self.longest)
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Neither the environment nor a file of the account has a say in where things go and who signs in.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authority { set(CURLOPT_CAINFO, authority) }
        let me = Unmanaged.passUnretained(self).toOpaque()
        note(
            curl_set_writer(
                handle, { bytes, size, count, context in Transfer.of(context)?.received(bytes, size * count) ?? 0 }, me)
        )
        note(curl_set_opener(handle, { context, _, address in Transfer.of(context)?.open(address) ?? -1 }, me))
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ value: Int) { note(curl_set_long(handle, option, value)) }
    func set(_ option: CURLoption, _ value: String) { note(curl_set_text(handle, option, value)) }

    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else { return note(CURLE_OUT_OF_MEMORY) }
            list = longer
        }
        if let list { lists.append(list) }
        note(curl_set_list(handle, option, list))
    }

    /// What is sent up.
    func send(_ bytes: [UInt8]) {
        upload = bytes[...]
        let me = Unmanaged.passUnretained(self).toOpaque()
        note(
            curl_set_reader(
                handle, { into, size, count, context in Transfer.of(context)?.read(into, size * count) ?? 0 }, me))
    }

    func perform() -> Outcome {
        let code = flaw == CURLE_OK ? curl_easy_perform(handle) : flaw
        return Outcome(
            code: code, status: curl_status(handle), wasPrivate: wasPrivate,
            answerWasCut: received > Self.longestAnswer)
    }

    private func note(_ code: CURLcode) { if flaw == CURLE_OK { flaw = code } }

    // MARK: What libcurl calls back

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func received(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        received += count
        guard received <= Self.longestAnswer else { return 0 }
        if keepsAnswer, let bytes { answer += UnsafeRawBufferPointer(start: bytes, count: count) }
        return count
    }

    private func read(_ into: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        guard let into else { return 0 }
        let part = upload.prefix(room)
        upload = upload.dropFirst(part.count)
        UnsafeMutableRawBufferPointer(start: into, count: room).copyBytes(from: part)
        return part.count
    }

    /// The address that is really connected to is looked at here, after every look-up of names.
    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address else { return -1 }
        let wanted = address.pointee
        if !allowsPrivate, PrivateNetworks.contain(Self.bytes(of: address)) {
            wasPrivate = true
            return -1
        }
        return socket(wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
    }

    private static func bytes(of address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8] {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return [] }
        let whole = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
        // sockaddr_in holds its address from byte 4 on, sockaddr_in6 from byte 8 (POSIX <netinet/in.h>, as Linux lays it out).
        switch address.pointee.family {
        case AF_INET where whole.count >= 8: return Array(whole[4..<8])
        case AF_INET6 where whole.count >= 24: return Array(whole[8..<24])
        default: return []
        }
    }
}

extension Transfer.Outcome {
    /// Why nothing could be said at all; nil when the other side has answered.
    var obstacle: Delivery.Reason? {
        if wasPrivate { return Delivery.Reason(.privateAddress) }
        return switch code {
        case CURLE_OPERATION_TIMEDOUT: Delivery.Reason(.timeout)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: Delivery.Reason(.unreachable)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
            Delivery.Reason(.insecure)
        case CURLE_LOGIN_DENIED: Delivery.Reason(.signIn)
        default: nil
        }
    }
}
