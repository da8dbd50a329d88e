// Where datagrams go: the socket and the address that ICE has chosen, or the ICE agent itself where there is no socket of our own
// to the page (a relay, or TCP).
#pragma once
#include <nice/agent.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace datagrams {

// The most that one call sends: UDP's own limit, and the kernel's for segments (UDP_MAX_SEGMENTS).
constexpr size_t kMaxBatchBytes = 65'000;
constexpr size_t kMaxBatchDatagrams = 60;

class Path {
 public:
  virtual ~Path() = default;
  // Sends datagrams that lie one behind the other, each of `datagram_size` bytes but the last; those that cannot be sent at once
  // are lost, as anywhere on the way. At most kMaxBatchBytes and kMaxBatchDatagrams.
  virtual void Send(const uint8_t* data, size_t size, size_t datagram_size) = 0;
};

// The path that the agent has selected for a component, or null while there is none.
std::shared_ptr<Path> SelectedPath(NiceAgent* agent, guint stream_id, guint component_id);

}  // namespace datagrams
