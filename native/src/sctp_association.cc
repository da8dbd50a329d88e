#include "sctp_association.h"

#include <usrsctp.h>

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

#include "send_thread.h"

namespace sctp {
namespace {

constexpr uint16_t kOurPort = 5000;
// What usrsctp holds of what is sent and received; the first also bounds the size of a message.
constexpr int kSendBufferBytes = 300'000, kReceiveBufferBytes = 131'072;
// A page may send messages of up to 262,144 bytes.
constexpr size_t kMaxMessageBytes = 300'000;
// With the headers of DTLS, UDP and IPv6 no more than a path must carry, 1280.
constexpr uint32_t kPacketBytes = 1'160;
constexpr uint32_t kFirstTimeoutMs = 1'000, kLeastTimeoutMs = 400, kMostTimeoutMs = 5'000;
// With the most of the above some minutes: ICE knows earlier whether the page is gone.
constexpr uint16_t kMaxRepeats = 60;
constexpr int kTickMs = 50;
// usrsctp may have to let go of what has ended a little later.
constexpr int kTicksAfterTheLast = 100;

using Clock = std::chrono::steady_clock;

struct Stack {
  std::unordered_map<uintptr_t, Association*> all;
  uintptr_t last_id = 0;
  bool ticking = false;
  int idle_ticks = 0;
  Clock::time_point ticked;
};

Stack& TheStack() {
  static auto* stack = new Stack;
  return *stack;
}

Association* Find(const void* id) {
  auto& all = TheStack().all;
  auto found = all.find(reinterpret_cast<uintptr_t>(id));
  return found == all.end() ? nullptr : found->second;
}

void Tick() {
  auto& stack = TheStack();
  auto now = Clock::now();
  auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - stack.ticked);
  stack.ticked += elapsed;
  usrsctp_handle_timers(static_cast<uint32_t>(elapsed.count()));
  stack.idle_ticks = stack.all.empty() ? stack.idle_ticks + 1 : 0;
  stack.ticking = stack.idle_ticks <= kTicksAfterTheLast;
  if (stack.ticking) send_thread::PostLater(kTickMs, Tick);
}

void KeepTicking() {
  auto& stack = TheStack();
  stack.idle_ticks = 0;
  if (stack.ticking) return;
  stack.ticking = true;
  stack.ticked = Clock::now();
  send_thread::PostLater(kTickMs, Tick);
}

uintptr_t NewId() {
  return ++TheStack().last_id;
}

sockaddr_conn Address(uintptr_t id, uint16_t port) {
  sockaddr_conn address{};
  address.sconn_family = AF_CONN;
  address.sconn_port = htons(port);
  address.sconn_addr = reinterpret_cast<void*>(id);
  return address;
}

template <class T>
bool Set(struct socket* socket, int level, int option, const T& value) {
  return usrsctp_setsockopt(socket, level, option, &value, sizeof(value)) == 0;
}

bool Configure(struct socket* socket, uint16_t streams) {
  linger abort_at_close{1, 0};
  sctp_assoc_value resets{SCTP_ALL_ASSOC, SCTP_ENABLE_RESET_STREAM_REQ};
  sctp_initmsg init{streams, streams, kMaxRepeats, kMostTimeoutMs};
  sctp_rtoinfo timeouts{};
  timeouts.srto_initial = kFirstTimeoutMs;
  timeouts.srto_min = kLeastTimeoutMs;
  timeouts.srto_max = kMostTimeoutMs;
  sctp_assocparams repeats{};
  repeats.sasoc_asocmaxrxt = kMaxRepeats;
  bool done = usrsctp_set_non_blocking(socket, 1) == 0 && Set(socket, SOL_SOCKET, SO_LINGER, abort_at_close) &&
              Set(socket, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes) && Set(socket, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes) &&
              Set(socket, IPPROTO_SCTP, SCTP_NODELAY, int{1}) && Set(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, resets) &&
              Set(socket, IPPROTO_SCTP, SCTP_INITMSG, init) && Set(socket, IPPROTO_SCTP, SCTP_RTOINFO, timeouts) &&
              Set(socket, IPPROTO_SCTP, SCTP_ASSOCINFO, repeats);
  for (uint16_t type : {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT, SCTP_PARTIAL_DELIVERY_EVENT})
    done = done && Set(socket, IPPROTO_SCTP, SCTP_EVENT, sctp_event{SCTP_FUTURE_ASSOC, type, 1});
  return done;
}

// No larger packets than any path takes; and ICE already looks whether the page is there.
bool ConfigurePath(struct socket* socket, const sockaddr_conn& page) {
  sctp_paddrparams path{};
  memcpy(&path.spp_address, &page, sizeof(page));
  path.spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE;
  path.spp_pathmtu = kPacketBytes;
  return Set(socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, path);
}

}  // namespace

struct Callbacks {
  static int OnPacket(void* id, void* bytes, size_t size, uint8_t, uint8_t) {
    auto* association = Find(id);
    if (association) association->handlers_.packet(static_cast<const uint8_t*>(bytes), size);
    return 0;
  }

  static int OnReceived(struct socket*, sctp_sockstore, void* data, size_t size, sctp_rcvinfo info, int flags, void* id) {
    if (!data) return 1;
    if (auto* association = Find(id)) {
      if (flags & MSG_NOTIFICATION)
        association->OnNotification(*static_cast<const sctp_notification*>(data), size);
      else
        association->OnData(info.rcv_sid, ntohl(info.rcv_ppid), static_cast<const uint8_t*>(data), size, flags & MSG_EOR);
    }
    free(data);
    return 1;
  }
};

namespace {

void StartOnce() {
  static bool started = false;
  if (started) return;
  started = true;
  usrsctp_init_nothreads(0, Callbacks::OnPacket, nullptr);
  // What pages have no use for is not there to be misused.
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_sysctl_set_sctp_auth_enable(0);
  usrsctp_sysctl_set_sctp_asconf_enable(0);
  usrsctp_sysctl_set_sctp_auto_asconf(0);
  usrsctp_sysctl_set_sctp_nrsack_enable(0);
  usrsctp_sysctl_set_sctp_pktdrop_enable(0);
  usrsctp_sysctl_set_sctp_blackhole(2);  // nothing is answered that belongs to no association
}

}  // namespace

Association::Association(uint16_t port, uint16_t streams, Handlers handlers)
    : id_(NewId()), streams_(streams), handlers_(std::move(handlers)) {
  StartOnce();
  auto* id = reinterpret_cast<void*>(id_);
  usrsctp_register_address(id);
  TheStack().all[id_] = this;
  KeepTicking();
  socket_ = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, Callbacks::OnReceived, nullptr, 0, id);
  if (!socket_) return;
  auto ours = Address(id_, kOurPort), page = Address(id_, port);
  if (!Configure(socket_, streams) || usrsctp_bind(socket_, reinterpret_cast<sockaddr*>(&ours), sizeof(ours)) != 0) return;
  if (usrsctp_connect(socket_, reinterpret_cast<sockaddr*>(&page), sizeof(page)) == 0 || errno == EINPROGRESS) ConfigurePath(socket_, page);
}

Association::~Association() {
  if (socket_) usrsctp_close(socket_);
  usrsctp_deregister_address(reinterpret_cast<void*>(id_));
  TheStack().all.erase(id_);
}

void Association::Receive(const Bytes& packet) {
  usrsctp_conninput(reinterpret_cast<void*>(id_), packet.data(), packet.size(), 0);
}

size_t Association::Send(uint16_t stream, uint32_t protocol, Bytes bytes) {
  waiting_.push_back({stream, protocol, std::move(bytes)});
  return Flush();
}

size_t Association::Flush() {
  size_t done = 0;
  while (!waiting_.empty() && TrySend(waiting_.front())) {
    done += waiting_.front().bytes.size();
    waiting_.pop_front();
  }
  if (!resets_.empty()) TryReset();
  return done;
}

// Whether nothing more is to be done about the message.
bool Association::TrySend(const Message& message) {
  if (!socket_) return true;
  sctp_sendv_spa how{};
  how.sendv_flags = SCTP_SEND_SNDINFO_VALID;
  how.sendv_sndinfo.snd_sid = message.stream;
  how.sendv_sndinfo.snd_ppid = htonl(message.protocol);
  auto sent = usrsctp_sendv(socket_, message.bytes.data(), message.bytes.size(), nullptr, 0, &how, sizeof(how), SCTP_SENDV_SPA, 0);
  return sent >= 0 || (errno != EWOULDBLOCK && errno != EAGAIN);
}

void Association::Reset(uint16_t stream) {
  resets_.insert(stream);
  TryReset();
}

// One request at a time may be under way (RFC 6525, section 5.1.1).
void Association::TryReset() {
  if (!socket_) return;
  Bytes buffer(sizeof(sctp_reset_streams) + resets_.size() * sizeof(uint16_t));
  auto* request = reinterpret_cast<sctp_reset_streams*>(buffer.data());
  request->srs_assoc_id = SCTP_ALL_ASSOC;
  request->srs_flags = SCTP_STREAM_RESET_OUTGOING;
  for (auto stream : resets_) request->srs_stream_list[request->srs_number_streams++] = stream;
  int result = usrsctp_setsockopt(socket_, IPPROTO_SCTP, SCTP_RESET_STREAMS, request, static_cast<socklen_t>(buffer.size()));
  if (result == 0 || (errno != EALREADY && errno != EAGAIN)) resets_.clear();
}

void Association::OnData(uint16_t stream, uint32_t protocol, const uint8_t* bytes, size_t size, bool is_last) {
  // usrsctp hands long messages over in pieces, one message after another.
  too_long_ = too_long_ || partial_.size() + size > kMaxMessageBytes;
  if (too_long_)
    partial_ = {};
  else
    partial_.insert(partial_.end(), bytes, bytes + size);
  if (!is_last) return;
  if (!too_long_) handlers_.message(stream, protocol, std::move(partial_));
  Drop();
}

void Association::Drop() {
  partial_ = {};
  too_long_ = false;
}

void Association::OnNotification(const sctp_notification& notification, size_t size) {
  if (size < sizeof(notification.sn_header) || notification.sn_header.sn_length != size) return;
  auto type = notification.sn_header.sn_type;
  // A message that has begun ends here: the page gives it up, or begins anew.
  if (type == SCTP_PARTIAL_DELIVERY_EVENT || type == SCTP_ASSOC_CHANGE) Drop();
  if (type == SCTP_ASSOC_CHANGE) {
    auto state = notification.sn_assoc_change.sac_state;
    if (state != SCTP_COMM_UP) handlers_.state(false);
    if (state == SCTP_COMM_UP || state == SCTP_RESTART) handlers_.state(true);
  } else if (type == SCTP_STREAM_RESET_EVENT && size >= sizeof(sctp_stream_reset_event)) {
    const auto& event = notification.sn_strreset_event;
    if (!(event.strreset_flags & SCTP_STREAM_RESET_INCOMING_SSN) || event.strreset_flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED))
      return;
    std::vector<uint16_t> streams(event.strreset_stream_list, event.strreset_stream_list + (size - sizeof(event)) / sizeof(uint16_t));
    for (uint16_t stream = 0; streams.empty() && stream < streams_; stream++) streams.push_back(stream);
    handlers_.reset(streams);
  }
}

}  // namespace sctp
