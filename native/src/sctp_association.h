// SCTP over the DTLS of a page (RFC 8261), by usrsctp, which runs without threads of its own: all of it happens on the send thread,
// and what it calls back is looked up by a number that is never used again.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <vector>

struct socket;
union sctp_notification;

namespace sctp {

using Bytes = std::vector<uint8_t>;

// What an association reports, within a call of it; it must not be ended then.
struct Handlers {
  // A packet for the page.
  std::function<void(const uint8_t* bytes, size_t size)> packet;
  // Messages can be sent now, or cannot any longer. A page that begins anew is no longer there first.
  std::function<void(bool up)> state;
  // A whole message. `protocol` = its payload protocol identifier.
  std::function<void(uint16_t stream, uint32_t protocol, Bytes bytes)> message;
  // The page sends nothing more on these streams (RFC 6525).
  std::function<void(const std::vector<uint16_t>& streams)> reset;
};

class Association {
 public:
  // Begins the handshake at once; `streams` = the number of them in each direction.
  Association(uint16_t port, uint16_t streams, Handlers handlers);
  // Ends it, and tells the page.
  ~Association();
  Association(const Association&) = delete;
  Association& operator=(const Association&) = delete;

  // Takes a packet of the page.
  void Receive(const Bytes& packet);
  // Returns how many bytes do not wait in our own queue any longer, now and since the last call.
  size_t Send(uint16_t stream, uint32_t protocol, Bytes bytes);
  // Says that nothing more is sent on a stream.
  void Reset(uint16_t stream);
  // Tries again what could not be done before; returns as Send().
  size_t Flush();

 private:
  struct Message {
    uint16_t stream;
    uint32_t protocol;
    Bytes bytes;
  };

  friend struct Callbacks;
  void OnData(uint16_t stream, uint32_t protocol, const uint8_t* bytes, size_t size, bool is_last);
  void OnNotification(const sctp_notification& notification, size_t size);
  void Drop();
  bool TrySend(const Message& message);
  void TryReset();

  const uintptr_t id_;
  const uint16_t streams_;
  const Handlers handlers_;
  struct socket* socket_ = nullptr;
  std::deque<Message> waiting_;
  std::set<uint16_t> resets_;
  Bytes partial_;
  bool too_long_ = false;
};

}  // namespace sctp
