{
  "targets": [
    {
      "target_name": "webstreamer_gst",
      "sources": [
        "src/module.cc",
        "src/js_queue.cc",
        "src/value.cc",
        "src/gst_object.cc",
        "src/pad_probes.cc",
        "src/sctp_guard.cc",
        "src/sctp_association.cc",
        "src/data_transport.cc",
        "src/vp8_frame.cc",
        "src/vp8_payload.cc",
        "src/h264_syntax.cc",
        "src/h264_payload.cc",
        "src/h264_stream.cc",
        "src/frame_reader.cc",
        "src/running_time.cc",
        "src/send_thread.cc",
        "src/srtp_encryptor.cc",
        "src/rtcp.cc",
        "src/datagrams.cc",
        "src/reception.cc",
        "src/send_budget.cc",
        "src/pacer.cc",
        "src/transport.cc",
        "src/rtp_stream.cc",
        "src/video_sender.cc",
        "src/audio_sender.cc",
        "src/relay.cc",
        "src/loudness.cc",
        "src/mixer.cc",
        "src/picture_decoder.cc",
        "src/picture_fit.cc",
        "src/canvas.cc",
        "src/label.cc",
        "src/scene.cc",
        "src/grid.cc",
        "src/sample_reader.cc"
      ],
      "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")"],
      "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_CPP_EXCEPTIONS", "GST_USE_UNSTABLE_API", "OPENSSL_API_COMPAT=0x10100000L"],
      "cflags": [
        "<!@(pkg-config --cflags gstreamer-1.0 gstreamer-app-1.0 gstreamer-webrtc-1.0 gstreamer-sdp-1.0 gstreamer-video-1.0 nice opus libcrypto pangocairo usrsctp)",
        "-Wall",
        "-Wextra"
      ],
      "cflags_cc": ["-std=c++17", "-fexceptions", "-Wno-missing-field-initializers", "-Wno-cast-function-type"],
      "cflags_cc!": ["-fno-exceptions"],
      "libraries": [
        "<!@(pkg-config --libs gstreamer-1.0 gstreamer-app-1.0 gstreamer-webrtc-1.0 gstreamer-sdp-1.0 gstreamer-video-1.0 nice opus libcrypto pangocairo usrsctp)",
        "-lyuv"
      ]
    },
    {
      "target_name": "probe",
      "type": "executable",
      "sources": [
        "test/probe.cc",
        "src/srtp_encryptor.cc",
        "src/rtcp.cc",
        "src/loudness.cc",
        "src/vp8_frame.cc",
        "src/vp8_payload.cc",
        "src/h264_syntax.cc",
        "src/h264_payload.cc",
        "src/h264_stream.cc",
        "src/frame_reader.cc",
        "src/send_budget.cc",
        "src/picture_fit.cc"
      ],
      "defines": ["OPENSSL_API_COMPAT=0x10100000L"],
      "cflags": ["<!@(pkg-config --cflags libcrypto)", "-Wall", "-Wextra"],
      "cflags_cc": ["-std=c++17", "-fexceptions"],
      "cflags_cc!": ["-fno-exceptions"],
      "libraries": ["<!@(pkg-config --libs libcrypto)"]
    },
    {
      "target_name": "sctp-pair",
      "type": "executable",
      "sources": ["test/sctp_pair.cc", "src/sctp_association.cc", "src/sctp_guard.cc", "src/send_thread.cc"],
      "cflags": ["<!@(pkg-config --cflags glib-2.0 usrsctp)", "-Wall", "-Wextra"],
      "cflags_cc": ["-std=c++17", "-fexceptions"],
      "cflags_cc!": ["-fno-exceptions"],
      "libraries": ["<!@(pkg-config --libs glib-2.0 usrsctp)"]
    },
    {
      "target_name": "impaired-path",
      "type": "executable",
      "sources": ["test/impaired_path.cc"],
      "cflags": ["-Wall", "-Wextra"],
      "cflags_cc": ["-std=c++17"]
    }
  ]
}
