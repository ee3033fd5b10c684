// SPDX-License-Identifier: Apache-2.0
package live.onair.sample;

import android.app.Activity;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.view.SurfaceHolder;
import android.view.SurfaceView;
import android.widget.Button;
import android.widget.EditText;
import android.widget.LinearLayout;
import android.widget.TextView;
import live.onair.OnairException;
import live.onair.PlayState;
import live.onair.Player;
import live.onair.PlayerConfig;
import live.onair.device.NetworkWatch;
import live.onair.device.PlayerScreen;
import live.onair.device.SoundInterruption;
import live.onair.device.SoundWatch;
import live.onair.device.SpeakerOutput;

/** A live stream on the screen. */
public final class PlayActivity
    extends Activity implements SurfaceHolder.Callback, Player.Listener {
  private final Handler main = new Handler(Looper.getMainLooper());
  private EditText address;
  private TextView status;
  private SurfaceView view;
  private boolean hasSurface;
  private Player player;
  private PlayerScreen screen;
  private SpeakerOutput speaker;
  private SoundWatch sounds;
  private NetworkWatch networks;

  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    address = new EditText(this);
    address.setText("http://192.168.1.2:8080/live/phone.flv");
    status = new TextView(this);
    view = new SurfaceView(this);
    view.getHolder().addCallback(this);
    Button playButton = new Button(this);
    playButton.setText("Play");
    playButton.setOnClickListener(button -> play(address.getText().toString()));
    LinearLayout all = new LinearLayout(this);
    all.setOrientation(LinearLayout.VERTICAL);
    all.addView(address);
    all.addView(view,
        new LinearLayout.LayoutParams(
            LinearLayout.LayoutParams.MATCH_PARENT, LinearLayout.LayoutParams.MATCH_PARENT, 1));
    all.addView(status);
    all.addView(playButton);
    setContentView(all);
  }

  @Override
  protected void onStop() {
    close();
    super.onStop();
  }

  private void play(String url) {
    close();
    try {
      player =
          Player.create(new PlayerConfig.Builder(url).withPulledSound().build(), main::post, this);
    } catch (OnairException refused) {
      status.setText(refused.getMessage());
      return;
    }
    screen = new PlayerScreen(player);
    if (hasSurface) screen.showOn(view.getHolder().getSurface());
    speaker = new SpeakerOutput(player);
    SpeakerOutput ours = speaker;
    sounds = new SoundWatch(
        this, SoundInterruption.OwnMode.NORMAL, main, decision -> ours.obey(decision.speaker));
    Player playing = player;
    networks = new NetworkWatch(this, main, event -> {
      if (playing == player && !event.isOffline()) playing.networkChanged();
    });
    player.start();
    speaker.start();
    sounds.start();
    networks.start();
  }

  // Devices first, then the player that they ask.
  private void close() {
    if (player == null) return;
    networks.stop();
    sounds.stop();
    try {
      speaker.stop();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    screen.close();
    player.close();
    player = null;
  }

  @Override
  public void onState(PlayState state, OnairException error, long retryInMicros) {
    status.setText(state + (error == null ? "" : ": " + error.getMessage()));
  }

  @Override
  public void onFirstPicture(long sinceStartMicros) {
    status.setText("first picture after " + sinceStartMicros / 1000 + " ms");
  }

  @Override
  public void surfaceCreated(SurfaceHolder holder) {
    hasSurface = true;
    if (player != null) screen.showOn(holder.getSurface());
  }

  @Override
  public void surfaceChanged(SurfaceHolder holder, int format, int width, int height) {
    if (player != null) screen.redraw();
  }

  @Override
  public void surfaceDestroyed(SurfaceHolder holder) {
    hasSurface = false;
    if (player != null) screen.showOn(null);
  }
}
