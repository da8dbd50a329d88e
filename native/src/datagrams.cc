#include "datagrams.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "js_queue.h"

namespace datagrams {
namespace {

// Calls `send` for each datagram.
template <class Send>
void ForEach(const uint8_t* data, size_t size, size_t datagram_size, Send send) {
  for (size_t at = 0; at < size; at += datagram_size) send(data + at, std::min(datagram_size, size - at));
}

// A UDP socket of the agent's, duplicated: the agent may close its own at any time.
class Socket : public Path {
 public:
  Socket(int descriptor, const NiceAddress& to) : descriptor_(descriptor) {
    nice_address_copy_to_sockaddr(&to, reinterpret_cast<sockaddr*>(&to_));
    to_size_ = to_.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  }
  ~Socket() override { close(descriptor_); }

  void Send(const uint8_t* data, size_t size, size_t datagram_size) override {
    if (size > datagram_size && can_segment_ && SendSegments(data, size, datagram_size)) return;
    ForEach(data, size, datagram_size, [this](const uint8_t* datagram, size_t length) {
      sendto(descriptor_, datagram, length, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&to_), to_size_);
    });
  }

 private:
  // One call for all of them (UDP_SEGMENT, udp(7)). False when the kernel or the network card cannot do it.
  bool SendSegments(const uint8_t* data, size_t size, size_t datagram_size) {
    iovec piece = {const_cast<uint8_t*>(data), size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {};
    msghdr message = {};
    message.msg_name = &to_;
    message.msg_namelen = to_size_;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    auto segment = static_cast<uint16_t>(datagram_size);
    memcpy(CMSG_DATA(header), &segment, sizeof(segment));
    if (sendmsg(descriptor_, &message, MSG_DONTWAIT) >= 0) return true;
    if (errno != EINVAL && errno != EIO && errno != EOPNOTSUPP && errno != ENOPROTOOPT) return true;
    can_segment_ = false;
    return false;
  }

  int descriptor_;
  sockaddr_storage to_ = {};
  socklen_t to_size_;
  bool can_segment_ = true;
};

class Agent : public Path {
 public:
  Agent(NiceAgent* agent, guint stream_id, guint component_id)
      : agent_(NICE_AGENT(g_object_ref(agent))), stream_id_(stream_id), component_id_(component_id) {}
  ~Agent() override {
    js_queue::RunBlocking([agent = agent_] { g_object_unref(agent); });
  }

  void Send(const uint8_t* data, size_t size, size_t datagram_size) override {
    ForEach(data, size, datagram_size, [this](const uint8_t* datagram, size_t length) {
      nice_agent_send(agent_, stream_id_, component_id_, static_cast<guint>(length), reinterpret_cast<const gchar*>(datagram));
    });
  }

 private:
  NiceAgent* agent_;
  guint stream_id_, component_id_;
};

}  // namespace

std::shared_ptr<Path> SelectedPath(NiceAgent* agent, guint stream_id, guint component_id) {
  NiceCandidate *local = nullptr, *remote = nullptr;
  if (!nice_agent_get_selected_pair(agent, stream_id, component_id, &local, &remote)) return nullptr;
  int descriptor = -1;
  // Null for a relay.
  auto* socket = nice_agent_get_selected_socket(agent, stream_id, component_id);
  if (socket && local->transport == NICE_CANDIDATE_TRANSPORT_UDP) descriptor = fcntl(g_socket_get_fd(socket), F_DUPFD_CLOEXEC, 0);
  if (socket) g_object_unref(socket);
  if (descriptor >= 0) return std::make_shared<Socket>(descriptor, remote->addr);
  return std::make_shared<Agent>(agent, stream_id, component_id);
}

}  // namespace datagrams
