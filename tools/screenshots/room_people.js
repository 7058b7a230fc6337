/* Paints a person for photographs and plays it in a video element. */
window.showPerson = async (video, who) => {
  const looks = {
    visitor: { wall: ["#f3d9b1", "#c98f5a"], skin: "#b9805a", hair: "#3a241a", shirt: "#2d6a8e" },
    inmate: { wall: ["#c3ccd1", "#8d9aa2"], skin: "#d9a47e", hair: "#57463b", shirt: "#c8642c" },
  };
  const { wall, skin, hair, shirt } = looks[who];
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const paint = canvas.getContext("2d");
  const blob = (colour, x, y, rx, ry) => {
    paint.fillStyle = colour;
    paint.beginPath();
    paint.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    paint.fill();
  };
  const draw = () => {
    const light = paint.createLinearGradient(0, 0, 640, 480);
    light.addColorStop(0, wall[0]);
    light.addColorStop(1, wall[1]);
    paint.fillStyle = light;
    paint.fillRect(0, 0, 640, 480);
    blob(shirt, 320, 520, 220, 170);
    blob(skin, 320, 350, 52, 70);
    blob(hair, 320, 205, 122, 138);
    blob(skin, 320, 235, 100, 122);
    blob(hair, 320, 128, 104, 48);
    for (const x of [282, 358]) {
      blob("#ffffff", x, 228, 15, 9);
      blob("#2a1a12", x, 228, 8, 8);
    }
    paint.strokeStyle = "#7a3f30";
    paint.lineWidth = 6;
    paint.lineCap = "round";
    paint.beginPath();
    paint.arc(320, 268, 42, 0.2 * Math.PI, 0.8 * Math.PI);
    paint.stroke();
  };
  draw();
  const stream = canvas.captureStream(10);
  setInterval(draw, 100);
  video.srcObject = stream;
  await video.play();
  await new Promise((done) => video.requestVideoFrameCallback(done));
};
