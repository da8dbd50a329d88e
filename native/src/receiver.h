// Receives the media of one page past webrtcbin's elements: takes RTP and RTCP where they come out of the ICE agent, decrypts them,
// makes pictures for a relay and sound for a mixer, and answers with what a receiver has to tell.
#pragma once
#include <gst/gst.h>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "arrival_log.h"
#include "pad_probes.h"
#include "relay.h"
#include "rtcp.h"
#include "rtp_packet.h"
#include "sound_source.h"
#include "source_counts.h"
#include "srtp_decryptor.h"
#include "transport.h"
#include "video_source.h"

namespace receiver {

// What the page may send.
struct Format {
  frame::Codec codec;
  uint8_t video_type, sound_type;  // payload types
  uint8_t transport_id;            // of the header extension that numbers all packets
  uint8_t repair_type;             // the payload type of pictures' packets that are sent again (RFC 4588), 0 for none
};

// A stream on which a page sends packets of another one again, by their SSRCs.
struct Repair {
  uint32_t ssrc, of;
};

enum class Kind { kVideo, kSound };

// What has come of one stream.
struct Figures {
  uint32_t ssrc, clock_rate;
  uint64_t packets, bytes;  // with the headers of RTP, UDP and IP
  int64_t lost;
  uint32_t jitter;
};

class Receiver : public transport::Reporter, public std::enable_shared_from_this<Receiver> {
 public:
  // Gives the page's master key and salt, of srtp::kMasterSize bytes; false while there are none.
  using Keys = std::function<bool(uint8_t* master)>;
  // A stream begins to arrive. On the thread that receives, which must not wait.
  using OnSource = std::function<void(uint32_t ssrc, Kind kind)>;

  Receiver(Format format, std::weak_ptr<transport::Core> transport, Keys keys, OnSource on_source);
  ~Receiver() override;

  // Takes a datagram; false when it is not for here. On the thread that receives.
  bool Take(const uint8_t* datagram, size_t size);
  // Sends a receiver report, and what has not been told yet of arrivals. On the send thread.
  void Report() override;
  // Takes and makes nothing from now on.
  void Close();

  // Takes what the page says of its repairs (RFC 5576, section 4.2); what it said before does not hold any longer.
  void SetRepairs(std::vector<Repair> repairs);

  // Of a stream that has begun: what takes its pictures, or null; and the counts of its packets and of its pictures.
  relay::IntakePtr IntakeOf(uint32_t ssrc);
  std::shared_ptr<pad_probes::BufferCount> PacketsOf(uint32_t ssrc);
  std::shared_ptr<pad_probes::BufferCount> PicturesOf(uint32_t ssrc);
  // Gives the sound of a stream to `listener` from now on, on the thread that receives.
  void Listen(uint32_t ssrc, sound_source::SoundSource::OnSamples listener);
  std::vector<Figures> SourceFigures();
  // All that has come, whatever it is.
  const pad_probes::BufferCount& all() const { return all_; }

 private:
  struct Source;

  void TakeRtp(uint8_t* packet, size_t size, int64_t now_us);
  void TakeRepair(const rtp::Header& header, const uint8_t* payload, size_t size, int64_t now_us);
  void TakeRtcp(uint8_t* packet, size_t size, int64_t now_us);
  Source* Find(uint32_t ssrc);
  Source* FindOrMake(const rtp::Header& header, int64_t now_us);
  Source* Make(uint32_t ssrc, Kind kind, int64_t now_us);
  void Put(Source& source, uint64_t index, const depayloader::Payload& payload, int64_t now_us);
  // What is to be asked of the page for a stream, and of its path.
  void Ask(Source& source, int64_t now_us);
  // Negative while it is not known.
  int64_t round_trip_us() const;
  void TellArrivals(int64_t now_us);
  // Looks after what is missing as long as something is, on the send thread.
  void Watch();
  void StartWatching();
  void Post(std::function<void(transport::Core&)> task);

  const Format format_;
  const std::weak_ptr<transport::Core> transport_;
  pad_probes::BufferCount all_;

  // Of all that follows: the thread that receives works with it, and the send thread where time has passed.
  std::mutex mutex_;
  Keys keys_;
  OnSource on_source_;
  std::unique_ptr<srtp::Decryptor> decryptor_;
  std::list<Source> sources_;
  std::vector<Repair> repairs_;
  arrival_log::ArrivalLog arrivals_;
  int64_t told_us_ = 0;
  bool watching_ = false, closed_ = false;
};

}  // namespace receiver
