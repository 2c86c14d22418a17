<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Pigeonhole</source>
        <translation>Pigeonhole 정보</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>라이선스</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>버전 복사</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>AcceptDialog</name>
    <message>
        <source>Accept suggestions</source>
        <translation>제안 수락</translation>
    </message>
    <message>
        <source>How sure a suggestion must be</source>
        <translation>제안이 얼마나 확실해야 하는지</translation>
    </message>
    <message>
        <source>Look at them first</source>
        <translation>먼저 살펴보기</translation>
    </message>
    <message>
        <source>Look first at those that are unlike everything that has a label</source>
        <translation>레이블이 있는 이미지와 전혀 다른 것부터 살펴보기</translation>
    </message>
    <message>
        <source>Labels by class</source>
        <translation>클래스별 레이블</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>How sure at least</source>
        <translation>최소 확신도</translation>
    </message>
    <message>
        <source>What each class would get</source>
        <translation>클래스별로 추가될 레이블</translation>
    </message>
    <message>
        <source>They are marked as accepted unseen. Until you have looked at them, they are not used to check a model.</source>
        <translation>‘보지 않고 수락’으로 표시됩니다. 직접 살펴보기 전에는 모델을 확인하는 데 쓰이지 않습니다.</translation>
    </message>
    <message>
        <source>{0} of {1} suggestions would become labels.</source>
        <translation>제안 {1}개 중 {0}개가 레이블이 됩니다.</translation>
    </message>
    <message>
        <source>Accept {0}</source>
        <translation>{0}개 수락</translation>
    </message>
    <message>
        <source>No picture of {0} has a label yet, so none can be accepted: label one of each first.</source>
        <translation>{0}의 사진 가운데 레이블이 있는 것이 아직 없어 아무것도 수락할 수 없습니다. 먼저 하나씩 레이블을 지정하세요.</translation>
    </message>
    <message>
        <source>No suggestion is this sure. Move the slider to the left, or label more images.</source>
        <translation>이만큼 확실한 제안이 없습니다. 슬라이더를 왼쪽으로 옮기거나 더 많은 이미지에 레이블을 지정하세요.</translation>
    </message>
    <message>
        <source>How many of them will be wrong is being counted…</source>
        <translation>그중 몇 개가 틀릴지 세는 중…</translation>
    </message>
    <message>
        <source>How many of them will be wrong is not known: it is counted on {0}, and 30 are needed.</source>
        <translation>그중 몇 개가 틀릴지 아직 알 수 없습니다. {0}만으로 계산되었고, 30개가 필요합니다.</translation>
    </message>
    <message>
        <source>About {0} of 100 will be wrong (between {1} and {2}), counted on {3}. Pictures of a class that you have not made yet come on top.</source>
        <translation>100개 중 약 {0}개가 틀립니다({1}~{2}개, {3} 기준). 아직 만들지 않은 클래스의 사진은 여기에 더해집니다.</translation>
    </message>
    <message>
        <source>About {0} of 100 will be wrong (between {1} and {2}), counted on {3}. With pictures of classes that you have not made yet, up to {4} of 100.</source>
        <translation>100개 중 약 {0}개가 틀립니다({1}~{2}개, {3} 기준). 아직 만들지 않은 클래스의 사진까지 합하면 100개 중 최대 {4}개입니다.</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln that are unlike everything that has a label</source>
        <translation>
            <numerusform>레이블이 있는 이미지와 전혀 다른 %Ln개 빼기</numerusform>
        </translation>
    </message>
    <message>
        <source>Their class may not be made yet: no suggestion can be right then.</source>
        <translation>아직 클래스가 만들어지지 않았을 수 있으며, 그러면 어떤 제안도 맞을 수 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln check image(s) of which the run is as sure</source>
        <translation>
            <numerusform>실행이 이만큼 확신하는 확인용 이미지 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) that you labelled and whose suggestions are as sure</source>
        <translation>
            <numerusform>직접 레이블을 지정했고 제안이 이만큼 확실한 이미지 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>Almost certain: {0} % or more</source>
        <translation>거의 확실: {0}% 이상</translation>
    </message>
    <message>
        <source>Very sure: {0} % or more</source>
        <translation>매우 확실: {0}% 이상</translation>
    </message>
    <message>
        <source>Sure: {0} % or more</source>
        <translation>확실: {0}% 이상</translation>
    </message>
    <message>
        <source>Fairly sure: {0} % or more</source>
        <translation>꽤 확실: {0}% 이상</translation>
    </message>
    <message>
        <source>Unsure, too: {0} % or more</source>
        <translation>불확실한 것도 포함: {0}% 이상</translation>
    </message>
    <message>
        <source>The least sure ones first. Space leaves one out.</source>
        <translation>불확실한 것부터 표시합니다. Space를 누르면 뺍니다.</translation>
    </message>
    <message>
        <source>The least sure ones of {0} first. Space leaves one out.</source>
        <translation>{0}: 불확실한 것부터 표시합니다. Space를 누르면 뺍니다.</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>뺌</translation>
    </message>
    <message>
        <source>{0} sure</source>
        <translation>확신도 {0}</translation>
    </message>
    <message>
        <source>{0}: {1} sure</source>
        <translation>{0}: 확신도 {1}</translation>
    </message>
    <message>
        <source>Take in again</source>
        <translation>다시 넣기</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>빼기</translation>
    </message>
</context>
<context>
    <name>AddDialog</name>
    <message>
        <source>Add to a project</source>
        <translation>프로젝트에 추가</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>프로젝트</translation>
    </message>
    <message>
        <source>The open project, {0}</source>
        <translation>열린 프로젝트, {0}</translation>
    </message>
    <message>
        <source>A new project</source>
        <translation>새 프로젝트</translation>
    </message>
    <message>
        <source>Place of the new project</source>
        <translation>새 프로젝트의 위치</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>선택…</translation>
    </message>
    <message>
        <source>Images to add</source>
        <translation>추가할 이미지</translation>
    </message>
    <message>
        <source>Predictions become</source>
        <translation>예측 반영 방식</translation>
    </message>
    <message>
        <source>Suggestions, to accept in the Library</source>
        <translation>제안(라이브러리에서 수락)</translation>
    </message>
    <message>
        <source>Labels where the model is sure</source>
        <translation>모델이 확신하면 레이블</translation>
    </message>
    <message>
        <source>A label from this confidence on</source>
        <translation>이 신뢰도부터 레이블로</translation>
    </message>
    <message>
        <source>Pictures in archives are left out: a project has files. Sort copies of them first.</source>
        <translation>압축 파일 안의 사진은 제외됩니다. 프로젝트에는 파일이 필요하므로 먼저 복사본으로 정리하세요.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>추가</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>from</source>
        <translation>신뢰도</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>위치</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>대상</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>예측</translation>
    </message>
    <message>
        <source>They could not be counted, but can be added: {0}</source>
        <translation>셀 수 없었지만 추가할 수는 있습니다: {0}</translation>
    </message>
    <message>
        <source>All {0} images</source>
        <translation>이미지 {0}개 모두</translation>
    </message>
    <message>
        <source>Only the {0} shown</source>
        <translation>표시된 {0}개만</translation>
    </message>
    <message numerus="yes">
        <source>%Ln come with a label</source>
        <translation>
            <numerusform>레이블 포함 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with a suggestion</source>
        <translation>
            <numerusform>제안 포함 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>One undo in the Library takes all of it back. Your files stay where they are.</source>
        <translation>라이브러리에서 한 번 실행 취소하면 모두 되돌아갑니다. 파일은 있던 자리에 그대로 있습니다.</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>세는 중…</translation>
    </message>
</context>
<context>
    <name>AddingPictures</name>
    <message>
        <source>Add pictures from a folder</source>
        <translation>폴더에서 사진 추가</translation>
    </message>
    <message>
        <source>Archives and arrays ({0})</source>
        <translation>압축 파일과 배열({0})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일 (*)</translation>
    </message>
    <message>
        <source>Add pictures from an archive or an array file</source>
        <translation>압축 파일이나 배열 파일에서 사진 추가</translation>
    </message>
</context>
<context>
    <name>AssessmentCard</name>
    <message>
        <source>All rounds</source>
        <translation>모든 회차</translation>
    </message>
    <message>
        <source>Every round on the same check images, over time</source>
        <translation>시간 순서대로, 같은 확인용 이미지에서 본 모든 회차</translation>
    </message>
    <message>
        <source>The next step</source>
        <translation>다음 단계</translation>
    </message>
    <message>
        <source>Use it as it is</source>
        <translation>이대로 사용</translation>
    </message>
    <message>
        <source>Looking at how good it is…</source>
        <translation>얼마나 좋은지 살펴보는 중…</translation>
    </message>
</context>
<context>
    <name>AssessmentWords</name>
    <message>
        <source>Not known yet: it was checked with pictures like those it learnt from</source>
        <translation>아직 알 수 없습니다: 학습한 것과 비슷한 사진으로 확인했습니다</translation>
    </message>
    <message>
        <source>Too few check images to say how good it is</source>
        <translation>얼마나 좋은지 말하기에는 확인용 이미지가 너무 적습니다</translation>
    </message>
    <message>
        <source>No better than guessing</source>
        <translation>무작위로 고르는 것보다 낫지 않습니다</translation>
    </message>
    <message>
        <source>Not good yet</source>
        <translation>아직 좋지 않습니다</translation>
    </message>
    <message>
        <source>Fair</source>
        <translation>보통입니다</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>좋습니다</translation>
    </message>
    <message>
        <source>Very good</source>
        <translation>매우 좋습니다</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right; from so few no figure can be told.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았습니다. 수가 너무 적어 정확도를 말할 수 없습니다.</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right, but {2} have look-alikes among those learnt from: the figure may be too good.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았지만, {2}개는 학습한 것 중에 닮은 이미지가 있어 수치가 실제보다 좋을 수 있습니다.</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right. How many new ones will be cannot be told yet: no picture of {2} has a label.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았습니다. 새 사진 중 몇 장을 맞힐지는 아직 알 수 없습니다. 레이블이 있는 사진이 없는 클래스: {2}.</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right. How many new ones will be cannot be told yet: the pictures with a label are not like those without.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았습니다. 새 사진 중 몇 장을 맞힐지는 아직 알 수 없습니다. 레이블 있는 사진이 레이블 없는 사진과 비슷하지 않습니다.</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right. Of 100 new pictures expect {2} to {3} to be right.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았습니다. 새 사진 100장 중 {2}~{3}장이 맞을 것으로 예상됩니다.</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right. They are easier than the pictures without a label: of 100 new ones expect {2} to {3} to be right.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았습니다. 이 이미지들은 레이블이 없는 사진보다 쉽습니다. 새 사진 100장 중 {2}~{3}장이 맞을 것으로 예상됩니다.</translation>
    </message>
    <message>
        <source>{0} of {1} check images are right. They are harder than the pictures without a label: of 100 new ones expect {2} to {3} to be right.</source>
        <translation>확인용 이미지 {1}개 중 {0}개가 맞았습니다. 이 이미지들은 레이블이 없는 사진보다 어렵습니다. 새 사진 100장 중 {2}~{3}장이 맞을 것으로 예상됩니다.</translation>
    </message>
    <message>
        <source>Accuracy {0} on {1}, 95 % interval {2} to {3} (Wilson)</source>
        <translation>{1}에서 정확도 {0}, 95% 신뢰 구간 {2}~{3} (윌슨)</translation>
    </message>
    <message>
        <source>Accuracy {0} on {1}, 95 % interval {2} to {3} (Wilson). For what is expected of new pictures each check image counts for as many pictures without a label as a model is as sure of.</source>
        <translation>{1}에서 정확도 {0}, 95% 신뢰 구간 {2}~{3} (윌슨). 새 사진에서 예상되는 값을 구할 때는, 확인용 이미지마다 모델이 그만큼 확신하는 레이블 없는 사진의 수를 가중치로 둡니다.</translation>
    </message>
    <message>
        <source>Better than the round before: {1} of the same {0} check images are right, {2} were.</source>
        <translation>이전 회차보다 좋습니다. 같은 확인용 이미지 {0}개 중 {1}개가 맞고, 이전에는 {2}개가 맞았습니다.</translation>
    </message>
    <message>
        <source>Worse than the round before: {1} of the same {0} check images are right, {2} were.</source>
        <translation>이전 회차보다 나쁩니다. 같은 확인용 이미지 {0}개 중 {1}개가 맞고, 이전에는 {2}개가 맞았습니다.</translation>
    </message>
    <message>
        <source>Too close to the round before to tell which is better: {1} of the same {0} check images are right, {2} were.</source>
        <translation>이전 회차와 비슷해 어느 쪽이 나은지 알 수 없습니다. 같은 확인용 이미지 {0}개 중 {1}개가 맞고, 이전에는 {2}개가 맞았습니다.</translation>
    </message>
    <message>
        <source>Weakest class: {0}, {1} of {2} right</source>
        <translation>정확도가 가장 낮은 클래스: {0}, {2}개 중 {1}개 맞음</translation>
    </message>
    <message>
        <source>Weakest class, as far as few check images tell: {0}, {1} of {2} right</source>
        <translation>확인용 이미지가 적지만, 지금으로서는 정확도가 가장 낮은 클래스: {0}, {2}개 중 {1}개 맞음</translation>
    </message>
    <message numerus="yes">
        <source>it has only %Ln picture(s) to learn from</source>
        <translation>
            <numerusform>학습할 사진이 %Ln장뿐입니다</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} taken for {1}</source>
        <translation>{0}장을 {1} 클래스로 잘못 보았습니다</translation>
    </message>
    <message>
        <source>{0} of its labels look wrong</source>
        <translation>레이블 {0}개가 잘못된 것 같습니다</translation>
    </message>
    <message>
        <source>{0}: {1}.</source>
        <translation>{0}: {1}.</translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln more picture(s)</source>
        <translation>
            <numerusform>사진 %Ln장에 레이블 더 지정</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln more picture(s) of {0}</source>
        <translation>
            <numerusform>{0} 사진 %Ln장에 레이블 더 지정</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln picture(s) that teach most</source>
        <translation>
            <numerusform>가장 도움이 되는 사진 %Ln장에 레이블 지정</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures of {0}…</source>
        <translation>{0} 사진 추가…</translation>
    </message>
    <message numerus="yes">
        <source>Look at %Ln suspect label(s)</source>
        <translation>
            <numerusform>의심 레이블 %Ln개 살펴보기</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>사진 추가…</translation>
    </message>
    <message>
        <source>Keep look-alikes together</source>
        <translation>닮은 이미지 함께 두기</translation>
    </message>
    <message>
        <source>Look at the duplicates</source>
        <translation>중복 살펴보기</translation>
    </message>
    <message>
        <source>Look at these labels</source>
        <translation>이 레이블 살펴보기</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>다시 학습</translation>
    </message>
    <message>
        <source>Train a better model</source>
        <translation>더 나은 모델 학습</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>사용하기</translation>
    </message>
    <message>
        <source>Then there are enough check images to tell how good it is.</source>
        <translation>그러면 얼마나 좋은지 말할 수 있을 만큼 확인용 이미지가 모입니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) have no label yet: those that teach most can make it better.</source>
        <translation>
            <numerusform>사진 %Ln장에 아직 레이블이 없습니다. 가장 도움이 되는 것부터 레이블을 지정하면 더 좋아질 수 있습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All pictures have a label: about %Ln more picture(s) are needed to tell how good it is.</source>
        <translation>
            <numerusform>모든 사진에 레이블이 있습니다. 얼마나 좋은지 말하려면 약 %Ln장이 더 필요합니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All pictures have a label: about %Ln more picture(s) of {0} would help most.</source>
        <translation>
            <numerusform>모든 사진에 레이블이 있습니다. {0} 사진 약 %Ln장을 더하는 것이 가장 도움이 됩니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hardly any of the %Ln picture(s) without a label are of {0}: add some.</source>
        <translation>
            <numerusform>레이블 없는 사진 %Ln장 중에 {0} 사진은 거의 없을 것입니다. 사진을 추가하세요.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All pictures have a label. With %Ln more picture(s) of {0}, it would recognise about {1} more of 100 such pictures.</source>
        <translation>
            <numerusform>모든 사진에 레이블이 있습니다. {0} 사진 %Ln장을 더하면, 그런 사진 100장 중 약 {1}장을 더 맞힙니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln check image(s) are duplicates of ones it learnt from: the figure promises too much.</source>
        <translation>
            <numerusform>확인용 이미지 %Ln개가 학습한 이미지와 중복됩니다. 수치가 실제보다 좋게 나옵니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It learnt from %Ln label(s) that were accepted unseen; wrong ones harm it.</source>
        <translation>
            <numerusform>보지 않고 수락한 레이블 %Ln개로 학습했습니다. 잘못된 레이블은 모델에 해롭습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>More labels would hardly make it better, but only the fastest training was tried: a longer one may.</source>
        <translation>레이블을 더 지정해도 거의 나아지지 않습니다. 하지만 지금까지는 가장 빠른 학습만 해 봤으니, 더 오래 학습하면 나아질 수 있습니다.</translation>
    </message>
    <message numerus="yes">
        <source>About %Ln picture(s) of {0} are likely among the {2} without a label.</source>
        <translation>
            <numerusform>레이블 없는 사진 {2}장 중 약 %Ln장이 {0} 사진일 것입니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln picture(s) of {0} are likely among the {2} without a label. With them, it would recognise about {1} more of 100 such pictures.</source>
        <translation>
            <numerusform>레이블 없는 사진 {2}장 중 약 %Ln장이 {0} 사진일 것입니다. 레이블을 지정하면 그런 사진 100장 중 약 {1}장을 더 맞힙니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With %Ln more picture(s) of {0} to learn from, it would recognise about {1} more of 100 such pictures.</source>
        <translation>
            <numerusform>{0} 사진 %Ln장을 더 학습하면, 그런 사진 100장 중 약 {1}장을 더 맞힙니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>More pictures of the weakest class help most.</source>
        <translation>정확도가 가장 낮은 클래스의 사진을 더하는 것이 가장 도움이 됩니다.</translation>
    </message>
    <message>
        <source>Divides them anew, each thing on one side. Then train again. Undo: {3}.</source>
        <translation>같은 대상이 한쪽에만 있도록 다시 나눕니다. 그런 다음 다시 학습하세요. 실행 취소: {3}.</translation>
    </message>
    <message>
        <source>Wrong labels harm a model more than anything else.</source>
        <translation>잘못된 레이블은 다른 무엇보다 모델에 해롭습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) came or changed since this training.</source>
        <translation>
            <numerusform>이 학습 뒤에 레이블 %Ln개가 추가되거나 바뀌었습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>More labels would hardly make it better: sort your folders with it.</source>
        <translation>레이블을 더 지정해도 거의 나아지지 않습니다. 이 모델로 폴더를 정리하세요.</translation>
    </message>
    <message>
        <source>With the pictures that are here it gets hardly better: sort your folders with it, and look through the pictures that it is unsure of.</source>
        <translation>여기 있는 사진으로는 거의 더 나아지지 않습니다. 이 모델로 폴더를 정리하고, 모델이 확신하지 못하는 사진을 살펴보세요.</translation>
    </message>
    <message>
        <source>They are all that is left without a label; it may take more to tell how good it is.</source>
        <translation>레이블 없는 사진은 이것이 전부입니다. 모델이 얼마나 좋은지 알려면 더 필요할 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>AugmentationPreview</name>
    <message>
        <source>Label some images to see what training would make of them.</source>
        <translation>학습에서 이미지가 어떻게 바뀌는지 보려면 이미지 몇 개에 레이블을 지정하세요.</translation>
    </message>
</context>
<context>
    <name>AugmentationView</name>
    <message>
        <source>Another picture</source>
        <translation>다른 사진</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>다시</translation>
    </message>
    <message>
        <source>Preview another picture</source>
        <translation>다른 사진 미리 보기</translation>
    </message>
    <message>
        <source>Draw the changes again</source>
        <translation>변형 다시 그리기</translation>
    </message>
    <message>
        <source>Label some images to see what training would make of them.</source>
        <translation>학습에서 이미지가 어떻게 바뀌는지 보려면 이미지 몇 개에 레이블을 지정하세요.</translation>
    </message>
    <message>
        <source>These options change nothing: each epoch sees the pictures as they are.</source>
        <translation>이 옵션은 아무것도 바꾸지 않습니다. 에포크마다 사진을 있는 그대로 학습합니다.</translation>
    </message>
    <message>
        <source>{0} at {1} px</source>
        <translation>{0}, {1} px</translation>
    </message>
</context>
<context>
    <name>BarList</name>
    <message>
        <source>class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>share</source>
        <translation>비율</translation>
    </message>
    <message>
        <source>{0}: {1} ({2})</source>
        <translation>{0}: {1} ({2})</translation>
    </message>
</context>
<context>
    <name>BaseDialog</name>
    <message>
        <source>Network for suggestions</source>
        <translation>제안용 네트워크</translation>
    </message>
    <message>
        <source>Add an ONNX file…</source>
        <translation>ONNX 파일 추가…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>사용</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Suggestions and look-alikes compare what this network sees. A larger one is right more often, mostly, and takes longer: all images are looked at once again. It is remembered for this machine.</source>
        <translation>제안과 닮은 이미지는 이 네트워크가 보는 것을 비교해 찾습니다. 큰 네트워크가 대체로 더 자주 맞지만 더 오래 걸리며, 모든 이미지를 다시 한번 살펴봅니다. 선택은 이 컴퓨터에 저장됩니다.</translation>
    </message>
    <message>
        <source>{0} px</source>
        <translation>{0} px</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>네트워크</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>사진</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>라이선스</translation>
    </message>
    <message>
        <source>download of {0} MB</source>
        <translation>{0} MB 다운로드</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>사용 중</translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation>이 컴퓨터에 있음</translation>
    </message>
    <message>
        <source>{0} MB are downloaded from where Keras keeps them; nothing of yours is sent. Licence: {1}.</source>
        <translation>Keras가 보관하는 곳에서 {0} MB를 다운로드합니다. 사용자의 데이터는 전혀 보내지 않습니다. 라이선스: {1}.</translation>
    </message>
    <message>
        <source>{0} numbers for each picture. Colours: {1}. From: {2}. Licence: {3}.</source>
        <translation>사진마다 숫자 {0}개. 색상: {1}. 출처: {2}. 라이선스: {3}.</translation>
    </message>
    <message>
        <source>Download and use</source>
        <translation>다운로드하고 사용</translation>
    </message>
    <message>
        <source>Add a network from image to vector</source>
        <translation>이미지를 벡터로 바꾸는 네트워크 추가</translation>
    </message>
    <message>
        <source>Networks (*.onnx)</source>
        <translation>네트워크 (*.onnx)</translation>
    </message>
    <message>
        <source>Preparing {0}</source>
        <translation>{0} 준비 중</translation>
    </message>
    <message>
        <source>Looking at the file</source>
        <translation>파일을 살펴보는 중</translation>
    </message>
    <message>
        <source>Looking for networks</source>
        <translation>네트워크를 찾는 중</translation>
    </message>
    <message>
        <source>Stopped; the network in use stays.</source>
        <translation>중지했습니다. 사용 중인 네트워크는 그대로입니다.</translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message>
        <source>Watching the folders</source>
        <translation>폴더를 지켜보는 중</translation>
    </message>
    <message>
        <source>Classifying</source>
        <translation>분류하는 중</translation>
    </message>
</context>
<context>
    <name>BatchStrip</name>
    <message>
        <source>Progress of the classification</source>
        <translation>분류 진행률</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>시작하는 중…</translation>
    </message>
    <message>
        <source>Watching; {0} so far. New files are classified as they come.</source>
        <translation>지켜보는 중입니다. 지금까지 {0}. 새 파일은 들어오는 대로 분류됩니다.</translation>
    </message>
    <message>
        <source>Stopped after {0}</source>
        <translation>{0} 분류 후 중지됨</translation>
    </message>
    <message>
        <source>{0} classified</source>
        <translation>{0} 분류함</translation>
    </message>
    <message>
        <source>Failed after {0}</source>
        <translation>{0} 분류 후 실패함</translation>
    </message>
    <message>
        <source>in {0}</source>
        <translation>{0} 걸림</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>{0} 사용</translation>
    </message>
    <message>
        <source>Classified {0}</source>
        <translation>{0}에 분류함</translation>
    </message>
    <message>
        <source>stopped before its end</source>
        <translation>끝나기 전에 중지됨</translation>
    </message>
    <message>
        <source>by {0}</source>
        <translation>모델: {0}</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Size of the pictures</source>
        <translation>사진 크기</translation>
    </message>
    <message>
        <source>{0} of {1} images selected</source>
        <translation>이미지 {1}개 중 {0}개 선택됨</translation>
    </message>
    <message>
        <source>Suggested: {0}, {1}</source>
        <translation>제안: {0}, {1}</translation>
    </message>
    <message>
        <source>There are no suggestions. Label some images of two classes; then they come.</source>
        <translation>제안이 없습니다. 두 클래스의 이미지 몇 개에 레이블을 지정하면 나타납니다.</translation>
    </message>
    <message>
        <source>Class {0} added, key {1}</source>
        <translation>클래스 {0} 추가됨, 키 {1}</translation>
    </message>
    <message>
        <source>Class {0} added</source>
        <translation>클래스 {0} 추가됨</translation>
    </message>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>another class</source>
        <translation>다른 클래스</translation>
    </message>
</context>
<context>
    <name>CameraDialog</name>
    <message>
        <source>Picture from the camera</source>
        <translation>카메라로 찍은 사진</translation>
    </message>
    <message>
        <source>Waiting for the camera…</source>
        <translation>카메라를 기다리는 중…</translation>
    </message>
    <message>
        <source>What the camera sees</source>
        <translation>카메라에 보이는 것</translation>
    </message>
    <message>
        <source>Take picture</source>
        <translation>사진 찍기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>사진 없음</translation>
    </message>
    <message>
        <source>The camera cannot be used: {0}.</source>
        <translation>카메라를 사용할 수 없습니다: {0}.</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>이유를 알 수 없음</translation>
    </message>
</context>
<context>
    <name>Changes</name>
    <message>
        <source>{0} got another label</source>
        <translation>{0}의 레이블이 바뀜</translation>
    </message>
    <message>
        <source>{0} came with a label</source>
        <translation>{0}: 레이블과 함께 추가됨</translation>
    </message>
    <message>
        <source>{0} lost the label</source>
        <translation>{0}의 레이블이 사라짐</translation>
    </message>
    <message>
        <source>{0} went to another split</source>
        <translation>{0}의 분할이 바뀜</translation>
    </message>
</context>
<context>
    <name>CheckBar</name>
    <message>
        <source>Set others aside…</source>
        <translation>다른 것으로 바꾸기…</translation>
    </message>
    <message>
        <source>Set other pictures aside to check</source>
        <translation>다른 사진을 확인용으로 따로 두기</translation>
    </message>
    <message>
        <source>Divide all labelled pictures anew; what each class would get is seen first</source>
        <translation>레이블이 있는 모든 사진을 새로 나눕니다. 클래스마다 어떻게 되는지 먼저 보여 줍니다</translation>
    </message>
    <message>
        <source>Use them for training</source>
        <translation>학습에 사용</translation>
    </message>
    <message>
        <source>Set no pictures aside to check</source>
        <translation>확인용 사진을 따로 두지 않기</translation>
    </message>
    <message>
        <source>The next training sets others aside, by which rounds are compared from then on</source>
        <translation>다음 학습 때 다른 사진을 따로 두고, 그 뒤로는 그 사진으로 회차를 비교합니다</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) are set aside to check how good a model is: it never learns from them. {0} moves selected ones to training.</source>
        <translation>
            <numerusform>모델이 얼마나 좋은지 확인하려고 사진 %Ln장을 따로 두었습니다. 모델은 이 사진으로 학습하지 않습니다. {0} 키를 누르면 선택한 사진이 학습으로 옮겨집니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>No picture is set aside to check how good a model is.</source>
        <translation>모델이 얼마나 좋은지 확인하려고 따로 둔 사진이 없습니다.</translation>
    </message>
</context>
<context>
    <name>Chooser</name>
    <message>
        <source>Search</source>
        <translation>검색</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>선택 항목</translation>
    </message>
    <message>
        <source>Nothing matches.</source>
        <translation>일치하는 것이 없습니다.</translation>
    </message>
</context>
<context>
    <name>ClassAccuracyBars</name>
    <message>
        <source>Validation accuracy by class</source>
        <translation>클래스별 검증 정확도</translation>
    </message>
    <message>
        <source>class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>validation accuracy</source>
        <translation>검증 정확도</translation>
    </message>
    <message>
        <source>images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}({1}개)</translation>
    </message>
</context>
<context>
    <name>ClassAccuracyView</name>
    <message>
        <source>Validation accuracy of each class at epoch {0}, the weakest first</source>
        <translation>에포크 {0}의 클래스별 검증 정확도(낮은 것부터)</translation>
    </message>
    <message>
        <source>Accuracy of each class on seen images at epoch {0}: nothing is held out</source>
        <translation>에포크 {0}에서 학습한 이미지의 클래스별 정확도: 따로 둔 이미지 없음</translation>
    </message>
    <message>
        <source>Validation accuracy of each class</source>
        <translation>클래스별 검증 정확도</translation>
    </message>
</context>
<context>
    <name>ClassBars</name>
    <message>
        <source>Images by class and split</source>
        <translation>클래스와 분할별 이미지</translation>
    </message>
    <message>
        <source>training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>test</source>
        <translation>테스트</translation>
    </message>
    <message>
        <source>no split yet</source>
        <translation>분할 전</translation>
    </message>
    <message>
        <source>check images</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>total</source>
        <translation>합계</translation>
    </message>
</context>
<context>
    <name>ClassList</name>
    <message>
        <source>Classes</source>
        <translation>클래스</translation>
    </message>
</context>
<context>
    <name>ClassModel</name>
    <message>
        <source>{0} training</source>
        <translation>학습 {0}</translation>
    </message>
    <message>
        <source>{0} to check</source>
        <translation>확인용 {0}</translation>
    </message>
    <message>
        <source>{0} test</source>
        <translation>테스트 {0}</translation>
    </message>
    <message>
        <source>{0} without a split</source>
        <translation>분할 전 {0}</translation>
    </message>
    <message>
        <source>{0} excluded</source>
        <translation>제외 {0}</translation>
    </message>
    <message>
        <source>{0} accepted unseen</source>
        <translation>보지 않고 수락 {0}</translation>
    </message>
    <message>
        <source>The bar: training, paler check images, palest test</source>
        <translation>막대: 학습, 옅은 색 확인용 이미지, 가장 옅은 색 테스트</translation>
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>Classes</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>Add class</source>
        <translation>클래스 추가</translation>
    </message>
    <message>
        <source>Name of the new class</source>
        <translation>새 클래스의 이름</translation>
    </message>
    <message>
        <source>No classes yet. Add one, then press its key to label the selected images.</source>
        <translation>아직 클래스가 없습니다. 추가한 뒤 그 키를 누르면 선택한 이미지에 레이블이 지정됩니다.</translation>
    </message>
    <message>
        <source>Next class, or Enter to end</source>
        <translation>다음 클래스, 끝내려면 Enter</translation>
    </message>
    <message>
        <source>Label selected images as {0}</source>
        <translation>선택한 이미지에 {0} 레이블 지정</translation>
    </message>
    <message>
        <source>Show only {0}</source>
        <translation>{0}만 보기</translation>
    </message>
    <message>
        <source>Find pictures like {0}</source>
        <translation>{0} 클래스와 비슷한 사진 찾기</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>이름 바꾸기…</translation>
    </message>
    <message>
        <source>Colour…</source>
        <translation>색상…</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>키</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>위로</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>아래로</translation>
    </message>
    <message>
        <source>Sort classes by name</source>
        <translation>클래스를 이름순으로 정렬</translation>
    </message>
    <message>
        <source>Merge the {0} chosen classes into {1}</source>
        <translation>선택한 클래스 {0}개를 {1}에 합치기</translation>
    </message>
    <message>
        <source>Merge into…</source>
        <translation>다른 클래스에 합치기…</translation>
    </message>
    <message>
        <source>Delete class</source>
        <translation>클래스 삭제</translation>
    </message>
    <message>
        <source>Merge {0} into…</source>
        <translation>{0} 클래스를 다른 클래스에 합치기…</translation>
    </message>
    <message>
        <source>Key of a class</source>
        <translation>클래스의 키</translation>
    </message>
    <message>
        <source>The key that labels as {0}, one letter or sign:</source>
        <translation>{0} 레이블을 지정하는 키(글자나 기호 하나):</translation>
    </message>
    <message>
        <source>Another key…</source>
        <translation>다른 키…</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>키 없음</translation>
    </message>
    <message>
        <source>Rename class</source>
        <translation>클래스 이름 바꾸기</translation>
    </message>
    <message>
        <source>New name of {0}:</source>
        <translation>{0}의 새 이름:</translation>
    </message>
</context>
<context>
    <name>ClassifyPage</name>
    <message>
        <source>Classify</source>
        <translation>분류</translation>
    </message>
    <message numerus="yes">
        <source>%Ln correction(s) no longer count: their files have changed, and were classified again.</source>
        <translation>
            <numerusform>수정 %Ln개가 더는 유효하지 않습니다. 파일이 바뀌어 다시 분류되었습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Sort into folders</source>
        <translation>폴더로 정리</translation>
    </message>
    <message>
        <source>Correct a prediction</source>
        <translation>예측 고치기</translation>
    </message>
</context>
<context>
    <name>CloseQuestion</name>
    <message>
        <source>Close the window?</source>
        <translation>창을 닫을까요?</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>그래도 닫기</translation>
    </message>
    <message>
        <source>Keep training</source>
        <translation>계속 학습</translation>
    </message>
    <message>
        <source>A model is there already: “{0}”. If the window closes now, it stays, and “{1}”, which is still in training and may become better, ends.</source>
        <translation>“{0}” 모델이 이미 있습니다. 지금 창을 닫으면 그 모델은 남고, 아직 학습 중이며 더 나아질 수 있는 “{1}” 학습은 끝납니다.</translation>
    </message>
    <message>
        <source>“{0}” is at fold {1} of {2}. If the window closes now, the training ends. What is complete is kept, and the same training goes on from there.</source>
        <translation>“{0}” 학습은 폴드 {2}개 중 {1}번째입니다. 지금 창을 닫으면 학습이 끝납니다. 완료된 것은 보존되고, 같은 학습을 거기서부터 이어 갈 수 있습니다.</translation>
    </message>
    <message>
        <source>“{0}” has trained all its epochs and is saving its model. If the window closes now, its epochs are kept, and the run can be resumed to have its model saved.</source>
        <translation>“{0}” 학습은 모든 에포크를 마치고 모델을 저장하는 중입니다. 지금 창을 닫으면 에포크는 보존되고, 실행을 이어서 하면 모델이 저장됩니다.</translation>
    </message>
    <message>
        <source>“{0}” is at epoch {1} of {2}. If the window closes now, the training ends. What is complete ({3}) is kept, and the run can be resumed.</source>
        <translation>“{0}” 학습은 에포크 {2}개 중 {1}번째입니다. 지금 창을 닫으면 학습이 끝납니다. 완료된 것({3})은 보존되고, 실행을 이어서 할 수 있습니다.</translation>
    </message>
    <message>
        <source>“{0}” has not completed its first epoch. If the window closes now, nothing of this training is kept.</source>
        <translation>“{0}” 학습은 첫 에포크를 아직 마치지 않았습니다. 지금 창을 닫으면 이 학습에서 아무것도 남지 않습니다.</translation>
    </message>
    <message>
        <source>Close when it has ended</source>
        <translation>끝나면 닫기</translation>
    </message>
    <message>
        <source>Close after this epoch</source>
        <translation>이 에포크 뒤에 닫기</translation>
    </message>
    <message>
        <source>The window closes by itself as soon as this epoch is complete and kept.</source>
        <translation>이 에포크가 완료되어 저장되는 대로 창이 저절로 닫힙니다.</translation>
    </message>
    <message>
        <source>The window closes by itself as soon as the model is saved.</source>
        <translation>모델이 저장되는 대로 창이 저절로 닫힙니다.</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Validation loss</source>
        <translation>검증 손실</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>Validation accuracy</source>
        <translation>검증 정확도</translation>
    </message>
    <message>
        <source>What differs between the runs</source>
        <translation>실행 사이의 차이</translation>
    </message>
    <message>
        <source>Choose two or more runs in the list below, with Ctrl or Shift, to see them side by side.</source>
        <translation>나란히 보려면 아래 목록에서 Ctrl이나 Shift로 실행을 둘 이상 선택하세요.</translation>
    </message>
    <message>
        <source>The options of these runs are all the same.</source>
        <translation>이 실행들의 옵션은 모두 같습니다.</translation>
    </message>
    <message>
        <source>Only the first {0} of {1} runs are shown.</source>
        <translation>실행 {1}개 중 처음 {0}개만 표시합니다.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>항목</translation>
    </message>
    <message>
        <source>nothing held out</source>
        <translation>따로 둔 것 없음</translation>
    </message>
    <message>
        <source>no shared images</source>
        <translation>공통 이미지 없음</translation>
    </message>
    <message>
        <source>{0}, not the same images</source>
        <translation>{0}, 같은 이미지가 아님</translation>
    </message>
    <message>
        <source>Best epoch</source>
        <translation>최고 에포크</translation>
    </message>
    <message>
        <source>Epochs trained</source>
        <translation>학습한 에포크</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>레시피</translation>
    </message>
</context>
<context>
    <name>ComparisonSection</name>
    <message>
        <source>Run before</source>
        <translation>이전 실행</translation>
    </message>
    <message>
        <source>Accuracy before</source>
        <translation>이전 정확도</translation>
    </message>
    <message>
        <source>Accuracy after</source>
        <translation>이후 정확도</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>변화</translation>
    </message>
    <message>
        <source>Compared with before</source>
        <translation>이전과 비교</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>고쳐짐</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>새로 생김</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>남음</translation>
    </message>
    <message>
        <source>Mistakes</source>
        <translation>오분류</translation>
    </message>
    <message>
        <source>All classes</source>
        <translation>모든 클래스</translation>
    </message>
    <message>
        <source>Show the mistakes of all classes</source>
        <translation>모든 클래스의 오분류 보기</translation>
    </message>
    <message>
        <source>Images whose prediction is wrong in one of the runs</source>
        <translation>두 실행 중 하나에서 예측이 틀린 이미지</translation>
    </message>
    <message>
        <source>Show in the gallery</source>
        <translation>갤러리에서 보기</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>이전</translation>
    </message>
    <message>
        <source>After</source>
        <translation>이후</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>Show fixed, made or kept mistakes</source>
        <translation>고쳐진·새로 생긴·남은 오분류 보기</translation>
    </message>
    <message>
        <source>Show these images in the gallery</source>
        <translation>이 이미지를 갤러리에서 보기</translation>
    </message>
    <message>
        <source>Select all images</source>
        <translation>이미지 모두 선택</translation>
    </message>
    <message>
        <source>There is only one run</source>
        <translation>실행이 하나뿐입니다</translation>
    </message>
    <message>
        <source>Train again, with fixed labels or other options, to see here what came of it.</source>
        <translation>레이블을 고치거나 옵션을 바꿔 다시 학습하면 결과를 여기서 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>The earlier model is asked about the newer check images…</source>
        <translation>이전 모델로 더 새로운 확인용 이미지를 예측하는 중…</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>잠시만 기다려 주세요</translation>
    </message>
    <message>
        <source>These runs cannot be compared</source>
        <translation>이 실행들은 비교할 수 없습니다</translation>
    </message>
    <message>
        <source>on {0} that both judged</source>
        <translation>둘 다 판정한 {0} 기준</translation>
    </message>
    <message>
        <source>{0} fixed, {1} made, {2} kept</source>
        <translation>고쳐짐 {0}, 새로 생김 {1}, 남음 {2}</translation>
    </message>
    <message>
        <source>points: {0}</source>
        <translation>%p · {0}</translation>
    </message>
    <message>
        <source>unlikely to be chance</source>
        <translation>우연일 가능성이 낮음</translation>
    </message>
    <message>
        <source>may well be chance</source>
        <translation>우연일 수 있음</translation>
    </message>
    <message>
        <source>Details: {0} by McNemar&apos;s exact test, which is how likely so large a difference between fixed and made mistakes is where neither run is the better one</source>
        <translation>자세히: 맥니마 정확 검정 {0}. 어느 쪽도 더 낫지 않을 때 고쳐진 오분류와 새 오분류의 차이가 이만큼 클 확률입니다</translation>
    </message>
    <message>
        <source>The later run fixed no mistake here.</source>
        <translation>나중 실행이 여기서 고친 오분류가 없습니다.</translation>
    </message>
    <message>
        <source>The later run made no new mistake here.</source>
        <translation>나중 실행이 여기서 새로 만든 오분류가 없습니다.</translation>
    </message>
    <message>
        <source>No mistake of the first run is left here.</source>
        <translation>첫 실행의 오분류가 여기에 남아 있지 않습니다.</translation>
    </message>
    <message>
        <source>In the gallery the labels can be corrected</source>
        <translation>갤러리에서 레이블을 고칠 수 있습니다</translation>
    </message>
    <message>
        <source>Labelled {0}; before {1}, after {2}</source>
        <translation>레이블 {0}, 이전 {1}, 이후 {2}</translation>
    </message>
    <message>
        <source>labelled {0}</source>
        <translation>레이블 {0}</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>레이블</translation>
    </message>
    <message>
        <source>{0} mistakes fixed</source>
        <translation>고쳐진 오분류 {0}개</translation>
    </message>
    <message>
        <source>{0} mistakes made</source>
        <translation>새로 생긴 오분류 {0}개</translation>
    </message>
    <message>
        <source>{0} mistakes kept</source>
        <translation>남은 오분류 {0}개</translation>
    </message>
    <message>
        <source>Before {0}, now {1} of the same {2} are right: better.</source>
        <translation>같은 {2} 중 이전에는 {0}개, 지금은 {1}개를 맞힙니다. 더 좋아졌습니다.</translation>
    </message>
    <message>
        <source>Before {0}, now {1} of the same {2} are right: worse.</source>
        <translation>같은 {2} 중 이전에는 {0}개, 지금은 {1}개를 맞힙니다. 더 나빠졌습니다.</translation>
    </message>
    <message>
        <source>Before {0}, now {1} of the same {2} are right, which may well be chance.</source>
        <translation>같은 {2} 중 이전에는 {0}개, 지금은 {1}개를 맞힙니다. 우연일 수도 있습니다.</translation>
    </message>
    <message>
        <source>Before {0}, now {1} of the same {2} are right: too few to tell much.</source>
        <translation>같은 {2} 중 이전에는 {0}개, 지금은 {1}개를 맞힙니다. 수가 너무 적어 알 수 있는 것이 별로 없습니다.</translation>
    </message>
</context>
<context>
    <name>Conditions</name>
    <message>
        <source>Clear</source>
        <translation>지우기</translation>
    </message>
    <message>
        <source>Clear these conditions</source>
        <translation>이 조건 지우기</translation>
    </message>
    <message>
        <source>The filter {0} asks for the run {1}, which is not in this project; the rest of it is applied.</source>
        <translation>{0} 필터에 쓰인 {1} 실행이 이 프로젝트에 없습니다. 나머지 조건만 적용합니다.</translation>
    </message>
    <message>
        <source>The run {0} is not in this project any more; its predictions are no longer asked for.</source>
        <translation>{0} 실행이 더는 이 프로젝트에 없습니다. 그 예측은 이제 조건에서 빠집니다.</translation>
    </message>
</context>
<context>
    <name>ConfidenceBar</name>
    <message>
        <source>Confidence of the images shown</source>
        <translation>표시된 이미지의 신뢰도</translation>
    </message>
    <message>
        <source>from {0} to {1} %</source>
        <translation>{0}~{1}%</translation>
    </message>
    <message>
        <source>Drag a handle to show only images that are as sure; double-click to show all</source>
        <translation>핸들을 끌면 그만큼 확실한 이미지만 표시합니다. 두 번 클릭하면 모두 표시합니다</translation>
    </message>
</context>
<context>
    <name>ConfidenceSection</name>
    <message>
        <source>Calibration error</source>
        <translation>보정 오차</translation>
    </message>
    <message>
        <source>Sure on average</source>
        <translation>평균 확신도</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>온도</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>임계값</translation>
    </message>
    <message>
        <source>Fit temperature on validation</source>
        <translation>검증 이미지로 온도 맞추기</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>빼내기</translation>
    </message>
    <message>
        <source>Take the temperature out of the model</source>
        <translation>모델에서 온도 빼내기</translation>
    </message>
    <message>
        <source>Wanted accuracy</source>
        <translation>원하는 정확도</translation>
    </message>
    <message>
        <source>Keep for Classify</source>
        <translation>분류에 사용</translation>
    </message>
    <message>
        <source>Keep this threshold for Classify</source>
        <translation>이 임계값을 분류에 사용</translation>
    </message>
    <message>
        <source>Forget the kept one</source>
        <translation>저장된 값 지우기</translation>
    </message>
    <message>
        <source>One number that is stored in the model file: how sure it is changes, what it answers does not</source>
        <translation>모델 파일에 저장되는 숫자 하나입니다. 얼마나 확신하는지는 바뀌지만 답은 바뀌지 않습니다</translation>
    </message>
    <message>
        <source>Stored in the model file: below it Classify says “unsure”</source>
        <translation>모델 파일에 저장되며, 이보다 낮으면 분류에서 “불확실”이라고 답합니다</translation>
    </message>
    <message>
        <source>Is it as often right as it is sure?</source>
        <translation>확신하는 만큼 자주 맞을까요?</translation>
    </message>
    <message>
        <source>What does a threshold leave?</source>
        <translation>임계값을 두면 무엇이 남을까요?</translation>
    </message>
    <message>
        <source>largest gap {0}</source>
        <translation>최대 차이 {0}</translation>
    </message>
    <message>
        <source>{0} points above its accuracy</source>
        <translation>정확도보다 {0}%p 높음</translation>
    </message>
    <message>
        <source>{0} points below its accuracy</source>
        <translation>정확도보다 {0}%p 낮음</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>stored in the model</source>
        <translation>모델에 저장됨</translation>
    </message>
    <message>
        <source>not calibrated yet</source>
        <translation>아직 보정하지 않음</translation>
    </message>
    <message>
        <source>No threshold gives {0}; the best one gives {1}.</source>
        <translation>정확도가 {0}에 이르는 임계값이 없습니다. 가장 좋은 값은 {1}입니다.</translation>
    </message>
    <message>
        <source>Classify answers every image</source>
        <translation>분류에서 모든 이미지에 답합니다</translation>
    </message>
    <message>
        <source>below it Classify says “unsure”</source>
        <translation>이보다 낮으면 분류에서 “불확실”이라고 답합니다</translation>
    </message>
    <message>
        <source>Calibrating…</source>
        <translation>보정하는 중…</translation>
    </message>
    <message>
        <source>The model is about as sure as it should be; its confidence stays as it is.</source>
        <translation>모델의 확신도가 알맞은 수준입니다. 신뢰도를 그대로 둡니다.</translation>
    </message>
    <message>
        <source>No temperature lowers the calibration error on the validation images; it stays as it is.</source>
        <translation>어떤 온도로도 검증 이미지의 보정 오차가 줄지 않습니다. 그대로 둡니다.</translation>
    </message>
    <message>
        <source>the test images</source>
        <translation>테스트 이미지</translation>
    </message>
    <message>
        <source>halves of the validation images</source>
        <translation>검증 이미지의 절반씩</translation>
    </message>
    <message>
        <source>Temperature {0}: the calibration error went from {1} to {2}, measured on {3}.</source>
        <translation>온도 {0}: 보정 오차 {1} → {2}({3} 기준).</translation>
    </message>
    <message>
        <source>The model is as it was trained again.</source>
        <translation>모델이 학습했을 때의 상태로 돌아갔습니다.</translation>
    </message>
    <message>
        <source>Taking the temperature out…</source>
        <translation>온도를 빼내는 중…</translation>
    </message>
    <message>
        <source>Classify answers every image again.</source>
        <translation>분류에서 다시 모든 이미지에 답합니다.</translation>
    </message>
    <message>
        <source>Kept: below {0} Classify says “unsure”.</source>
        <translation>저장했습니다. {0}보다 낮으면 분류에서 “불확실”이라고 답합니다.</translation>
    </message>
    <message>
        <source>Writing the model file…</source>
        <translation>모델 파일을 쓰는 중…</translation>
    </message>
</context>
<context>
    <name>ConfusionView</name>
    <message>
        <source>Confusion matrix</source>
        <translation>혼동 행렬</translation>
    </message>
    <message>
        <source>{0}, {1} right</source>
        <translation>{0}, {1} 맞음</translation>
    </message>
    <message>
        <source>true \ predicted</source>
        <translation>실제 \ 예측</translation>
    </message>
    <message>
        <source>true</source>
        <translation>실제</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>예측</translation>
    </message>
    <message>
        <source>{0}: {1} recognised ({2})</source>
        <translation>{0}: {1} 맞힘({2})</translation>
    </message>
    <message>
        <source>Predicted {0}: {1} right ({2})</source>
        <translation>예측 {0}: {1} 맞음({2})</translation>
    </message>
    <message>
        <source>True {0} → predicted {1}
{2} ({3})</source>
        <translation>실제 {0} → 예측 {1}
{2} ({3})</translation>
    </message>
    <message>
        <source>{0}, recognised
{2} ({3})</source>
        <translation>{0}, 맞힘
{2} ({3})</translation>
    </message>
    <message>
        <source>True {0} → predicted {1}
{2} predicted so ({3})</source>
        <translation>실제 {0} → 예측 {1}
{2}가 이렇게 예측됨({3})</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Clear</source>
        <translation>지우기</translation>
    </message>
</context>
<context>
    <name>Corrections</name>
    <message>
        <source>Select images first, then press the key of their class.</source>
        <translation>먼저 이미지를 선택한 뒤 클래스의 키를 누르세요.</translation>
    </message>
    <message>
        <source>No class has the key {0}; L finds a class by its name.</source>
        <translation>키가 {0}인 클래스가 없습니다. L을 누르면 이름으로 클래스를 찾습니다.</translation>
    </message>
    <message>
        <source>Label as “{0}”, a class that the model does not know</source>
        <translation>모델이 모르는 “{0}” 클래스를 레이블로 지정</translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln image(s) as…</source>
        <translation>
            <numerusform>이미지 %Ln개에 지정할 레이블…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CoverageChart</name>
    <message>
        <source>threshold of the confidence</source>
        <translation>신뢰도 임계값</translation>
    </message>
    <message>
        <source>Accuracy and answered images by threshold</source>
        <translation>임계값에 따른 정확도와 답한 이미지</translation>
    </message>
    <message>
        <source>No image is {0} sure or more.</source>
        <translation>확신도가 {0} 이상인 이미지가 없습니다.</translation>
    </message>
    <message>
        <source>From {0} sure up: {1} of the images are answered, {2} of them right.</source>
        <translation>확신도 {0} 이상: 이미지의 {1}에 답하며, 답의 정확도는 {2}입니다.</translation>
    </message>
    <message>
        <source>threshold</source>
        <translation>임계값</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>답함</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>accuracy of the answers</source>
        <translation>답의 정확도</translation>
    </message>
    <message>
        <source>images answered</source>
        <translation>답한 이미지</translation>
    </message>
</context>
<context>
    <name>DataSummary</name>
    <message>
        <source>training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>test</source>
        <translation>테스트</translation>
    </message>
    <message>
        <source>check images</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>no split yet</source>
        <translation>분할 전</translation>
    </message>
    <message>
        <source>Each of them is learned from or used to check: the next training decides which</source>
        <translation>다음 학습 때 이 이미지를 하나씩 학습용이나 확인용으로 나눕니다</translation>
    </message>
    <message>
        <source>{0} not looked at yet: numbers and sizes may still change.</source>
        <translation>{0}개는 아직 살펴보지 않아 수와 크기가 바뀔 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>DecisionEdits</name>
    <message>
        <source>Take prediction</source>
        <translation>예측대로</translation>
    </message>
    <message>
        <source>Take prediction as label</source>
        <translation>예측을 레이블로 지정</translation>
    </message>
    <message>
        <source>The selected images get the class that was predicted for them</source>
        <translation>선택한 이미지에 예측된 클래스를 지정합니다</translation>
    </message>
    <message>
        <source>Keep label</source>
        <translation>레이블 유지</translation>
    </message>
    <message>
        <source>Keep label: confirm it</source>
        <translation>레이블 유지: 확정</translation>
    </message>
    <message>
        <source>The label is right and the model is wrong: not asked again</source>
        <translation>레이블이 맞고 모델이 틀렸습니다. 다시 묻지 않습니다</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Mark as unsure, or as sure</source>
        <translation>불확실/확실로 표시</translation>
    </message>
    <message>
        <source>Look at it again later; once more, and it is sure again</source>
        <translation>나중에 다시 살펴봅니다. 한 번 더 누르면 다시 확실로 바뀝니다</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>제외</translation>
    </message>
    <message>
        <source>Exclude from training and scores</source>
        <translation>학습과 점수에서 제외</translation>
    </message>
    <message>
        <source>Leave it out of training and of scores</source>
        <translation>학습과 점수에서 뺍니다</translation>
    </message>
    <message>
        <source>Labels cannot be changed: {0}</source>
        <translation>레이블을 바꿀 수 없습니다: {0}</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Details</source>
        <translation>자세히</translation>
    </message>
</context>
<context>
    <name>Device</name>
    <message numerus="yes">
        <source>CPU, %Ln core(s)</source>
        <translation>
            <numerusform>CPU, 코어 %Ln개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Distribution</name>
    <message>
        <source>Distribution</source>
        <translation>분포</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>샘플</translation>
    </message>
    <message>
        <source>View</source>
        <translation>보기</translation>
    </message>
    <message>
        <source>In order</source>
        <translation>순서대로</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>이름순</translation>
    </message>
    <message>
        <source>By count</source>
        <translation>개수순</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>순서</translation>
    </message>
    <message>
        <source>Another sample</source>
        <translation>다른 샘플</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>저장…</translation>
    </message>
    <message>
        <source>Save the picture or the table</source>
        <translation>그림이나 표 저장</translation>
    </message>
    <message>
        <source>{0} labelled images in {1} classes</source>
        <translation>레이블이 있는 이미지 {0}개, 클래스 {1}개</translation>
    </message>
    <message>
        <source>the largest class has {0} times as many images as the smallest</source>
        <translation>가장 큰 클래스의 이미지는 가장 작은 클래스의 {0}배</translation>
    </message>
    <message>
        <source>{0} classes without images</source>
        <translation>이미지 없는 클래스 {0}개</translation>
    </message>
</context>
<context>
    <name>Done</name>
    <message>
        <source>Undo sorting</source>
        <translation>정리 되돌리기</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>폴더 열기</translation>
    </message>
    <message>
        <source>Show in the Library</source>
        <translation>라이브러리에서 보기</translation>
    </message>
    <message>
        <source>Hide this line</source>
        <translation>이 줄 숨기기</translation>
    </message>
</context>
<context>
    <name>Dropping</name>
    <message>
        <source>What is to be done with it?</source>
        <translation>무엇을 할까요?</translation>
    </message>
    <message>
        <source>Find pictures like “{0}”</source>
        <translation>“{0}” 사진과 비슷한 사진 찾기</translation>
    </message>
    <message numerus="yes">
        <source>Add these %Ln picture(s) to “{0}”</source>
        <translation>
            <numerusform>사진 %Ln장을 “{0}”에 추가</numerusform>
        </translation>
    </message>
    <message>
        <source>Add “{0}” to “{1}”…</source>
        <translation>“{1}”에 “{0}” 추가…</translation>
    </message>
    <message>
        <source>Open “{0}” by itself</source>
        <translation>“{0}”만 따로 열기</translation>
    </message>
    <message>
        <source>Read labels from “{0}”…</source>
        <translation>“{0}”에서 레이블 읽기…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cannot be used here, such as {0}; drop folders, archives, pictures or tables.</source>
        <translation>
            <numerusform>{0} 등 파일 %Ln개는 여기서 쓸 수 없습니다. 폴더, 압축 파일, 사진, 표를 놓으세요.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesSection</name>
    <message>
        <source>All</source>
        <translation>전체</translation>
    </message>
    <message>
        <source>Across splits</source>
        <translation>여러 분할에 걸침</translation>
    </message>
    <message>
        <source>Different labels</source>
        <translation>레이블 다름</translation>
    </message>
    <message>
        <source>Groups to show</source>
        <translation>표시할 그룹</translation>
    </message>
    <message>
        <source>Look for duplicates</source>
        <translation>중복 찾기</translation>
    </message>
    <message>
        <source>Groups of images that show the same</source>
        <translation>같은 것을 보여 주는 이미지 그룹</translation>
    </message>
    <message>
        <source>Least similarity</source>
        <translation>최소 유사도</translation>
    </message>
    <message>
        <source>1 is the same picture; 0.8 finds copies that were resized, cropped a little or made brighter</source>
        <translation>1은 같은 사진입니다. 0.8은 크기를 바꾸거나 조금 잘라 내거나 밝게 한 사본도 찾습니다</translation>
    </message>
    <message>
        <source>Also what the model sees alike</source>
        <translation>모델이 비슷하게 보는 것도</translation>
    </message>
    <message>
        <source>Also look-alikes</source>
        <translation>닮은 이미지도</translation>
    </message>
    <message>
        <source>Compares what the run&apos;s model makes of the pictures, which finds more</source>
        <translation>실행의 모델이 사진을 어떻게 보는지 비교해 더 많이 찾습니다</translation>
    </message>
    <message>
        <source>Compares the features that suggestions are made of, which finds more; no run is needed</source>
        <translation>제안에 쓰는 특징을 비교해 더 많이 찾습니다. 실행이 없어도 됩니다</translation>
    </message>
    <message>
        <source>Keep one of each</source>
        <translation>하나씩만 남기기</translation>
    </message>
    <message>
        <source>Images that show the same as one that stays are excluded from training and scores</source>
        <translation>남는 이미지와 같은 것을 보여 주는 이미지는 학습과 점수에서 제외합니다</translation>
    </message>
    <message>
        <source>Keep one of each group, and exclude the others</source>
        <translation>그룹마다 하나만 남기고 나머지는 제외</translation>
    </message>
    <message>
        <source>Bring into one split</source>
        <translation>한 분할로 모으기</translation>
    </message>
    <message>
        <source>Each group goes where most of it is, so that no score is too good</source>
        <translation>그룹을 그 대부분이 있는 분할로 옮겨 점수가 실제보다 좋아지지 않게 합니다</translation>
    </message>
    <message>
        <source>Bring each group into one split</source>
        <translation>그룹마다 한 분할로 모으기</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>그룹</translation>
    </message>
    <message>
        <source>They stay in one split whenever images are divided from now on</source>
        <translation>앞으로 이미지를 나눌 때마다 한 분할에 함께 있습니다</translation>
    </message>
    <message>
        <source>Keep each group in one split when images are divided</source>
        <translation>이미지를 나눌 때 그룹을 한 분할에 두기</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>제외</translation>
    </message>
    <message>
        <source>The selected images are neither trained on nor scored</source>
        <translation>선택한 이미지는 학습에도 점수에도 쓰이지 않습니다</translation>
    </message>
    <message>
        <source>Exclude the selected images from training</source>
        <translation>선택한 이미지를 학습에서 제외</translation>
    </message>
    <message>
        <source>Show other groups</source>
        <translation>다른 그룹 보기</translation>
    </message>
    <message>
        <source>Select all images</source>
        <translation>이미지 모두 선택</translation>
    </message>
    <message>
        <source>Pictures that are there more than once</source>
        <translation>두 번 이상 들어 있는 사진</translation>
    </message>
    <message>
        <source>A picture that is in the training and in the test split makes scores too good. Files are compared by their content and pictures by their details.</source>
        <translation>학습과 테스트 분할에 모두 있는 사진은 점수를 실제보다 좋게 만듭니다. 파일은 내용으로, 사진은 세부로 비교합니다.</translation>
    </message>
    <message>
        <source>Looking at images…</source>
        <translation>이미지를 살펴보는 중…</translation>
    </message>
    <message>
        <source>Nothing is there twice</source>
        <translation>두 번 들어 있는 것이 없습니다</translation>
    </message>
    <message>
        <source>No such group</source>
        <translation>그런 그룹이 없습니다</translation>
    </message>
    <message>
        <source>{0} were compared.</source>
        <translation>{0}를 비교했습니다.</translation>
    </message>
    <message>
        <source>No groups</source>
        <translation>그룹 없음</translation>
    </message>
    <message numerus="yes">
        <source>%Ln group(s)</source>
        <translation>
            <numerusform>그룹 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>Same file</source>
        <translation>같은 파일</translation>
    </message>
    <message>
        <source>Same picture, similarity {0}</source>
        <translation>같은 사진, 유사도 {0}</translation>
    </message>
    <message>
        <source>Each like the next, similarity {0}</source>
        <translation>차례로 서로 비슷함, 유사도 {0}</translation>
    </message>
    <message>
        <source>Alike to the model, {0}</source>
        <translation>모델에 비슷하게 보임, {0}</translation>
    </message>
    <message>
        <source>Look-alikes, {0}</source>
        <translation>닮은 이미지, {0}</translation>
    </message>
    <message>
        <source>across splits: {0}</source>
        <translation>여러 분할에 걸침: {0}</translation>
    </message>
    <message>
        <source>different labels</source>
        <translation>레이블 다름</translation>
    </message>
    <message>
        <source>Nothing can be changed: {0}</source>
        <translation>아무것도 바꿀 수 없습니다: {0}</translation>
    </message>
    <message numerus="yes">
        <source>for %Ln selected group(s)</source>
        <translation>
            <numerusform>선택한 그룹 %Ln개에</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for all %Ln group(s) shown</source>
        <translation>
            <numerusform>표시된 그룹 %Ln개 모두에</numerusform>
        </translation>
    </message>
    <message>
        <source>no label</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>레이블</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>유사도</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>픽셀</translation>
    </message>
    <message>
        <source>None of these shows what another one shows with the same label.</source>
        <translation>이 중에는 레이블까지 같은 중복 이미지가 없습니다.</translation>
    </message>
</context>
<context>
    <name>EarlierResults</name>
    <message>
        <source>Earlier…</source>
        <translation>이전 예측…</translation>
    </message>
    <message>
        <source>Earlier predictions</source>
        <translation>이전 예측</translation>
    </message>
    <message>
        <source>Predictions of earlier days, also those that were interrupted</source>
        <translation>지난 예측과 중단된 예측</translation>
    </message>
    <message>
        <source>Undo a sorting…</source>
        <translation>정리 되돌리기…</translation>
    </message>
    <message>
        <source>Show the predictions of…</source>
        <translation>볼 예측 선택…</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>미완료</translation>
    </message>
    <message>
        <source>copied</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>moved</source>
        <translation>이동</translation>
    </message>
    <message>
        <source>hard links</source>
        <translation>하드 링크</translation>
    </message>
    <message>
        <source>symbolic links</source>
        <translation>심볼릭 링크</translation>
    </message>
    <message>
        <source>Undo which sorting?</source>
        <translation>어느 정리를 되돌릴까요?</translation>
    </message>
    <message>
        <source>The model that gave these predictions is no longer at {0}; choose one to classify with.</source>
        <translation>이 예측을 만든 모델이 더는 {0}에 없습니다. 분류할 모델을 고르세요.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln of the {0} models that gave these predictions are no longer at {1}</source>
        <translation>
            <numerusform>이 예측을 만든 모델 {0}개 중 %Ln개가 더는 {1}에 없습니다</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}; choose what to classify with.</source>
        <translation>{0}. 분류할 모델을 고르세요.</translation>
    </message>
    <message>
        <source>{0}; only the others are chosen now.</source>
        <translation>{0}. 지금은 나머지만 선택되어 있습니다.</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>Undone: {}</source>
        <translation>실행 취소함: {}</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>실행 취소할 것이 없습니다.</translation>
    </message>
    <message>
        <source>Done again: {}</source>
        <translation>다시 실행함: {}</translation>
    </message>
    <message>
        <source>There is nothing to do again.</source>
        <translation>다시 실행할 것이 없습니다.</translation>
    </message>
    <message>
        <source>Now as it was after: {}</source>
        <translation>이 편집 직후의 상태로 바꿈: {}</translation>
    </message>
    <message>
        <source>This project is open read-only here; close the other window to change labels.</source>
        <translation>이 프로젝트는 여기서 읽기 전용으로 열려 있습니다. 레이블을 바꾸려면 다른 창을 닫으세요.</translation>
    </message>
</context>
<context>
    <name>EmptyGrid</name>
    <message>
        <source>Redo</source>
        <translation>다시 실행</translation>
    </message>
    <message>
        <source>There are no images here</source>
        <translation>여기에는 이미지가 없습니다</translation>
    </message>
    <message>
        <source>The import of {0} was undone. {1} brings it back.</source>
        <translation>{0} 가져오기를 실행 취소했습니다. {1} 키를 누르면 다시 가져옵니다.</translation>
    </message>
    <message>
        <source>No image fits the filter. {0} shows all of them again.</source>
        <translation>필터에 맞는 이미지가 없습니다. {0} 키를 누르면 모두 다시 표시됩니다.</translation>
    </message>
    <message>
        <source>Reading the list of images…</source>
        <translation>이미지 목록을 읽는 중…</translation>
    </message>
    <message>
        <source>None of the images can be used. Choose “Problems” above to see why.</source>
        <translation>쓸 수 있는 이미지가 없습니다. 이유를 보려면 위에서 “문제”를 선택하세요.</translation>
    </message>
    <message>
        <source>There are no images here yet.</source>
        <translation>여기에는 아직 이미지가 없습니다.</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Open folder…</source>
        <translation>폴더 열기…</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>샘플 사용해 보기</translation>
    </message>
    <message>
        <source>RECENT</source>
        <translation>최근 항목</translation>
    </message>
    <message>
        <source>Drop a folder of pictures here</source>
        <translation>사진 폴더를 여기에 놓으세요</translation>
    </message>
    <message>
        <source>Label them with a key each, train a classifier on this computer, look at its mistakes, and sort folders of any size. Your pictures are never changed and never leave this computer.</source>
        <translation>키 하나로 레이블을 지정하고, 이 컴퓨터에서 분류기를 학습하고, 오분류를 살펴보고, 크기에 상관없이 폴더를 정리하세요. 사진은 바뀌지 않고 이 컴퓨터 밖으로 나가지 않습니다.</translation>
    </message>
</context>
<context>
    <name>EpochBar</name>
    <message>
        <source>Progress of the training</source>
        <translation>학습 진행률</translation>
    </message>
    <message>
        <source>{0} of {1} epochs</source>
        <translation>에포크 {0}/{1}</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>문제가 발생했습니다</translation>
    </message>
    <message>
        <source>Your labels are saved. These details help to find the cause; they are in the log too.</source>
        <translation>레이블은 저장되었습니다. 아래 내용은 원인을 찾는 데 도움이 되며 로그에도 있습니다.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>자세히</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>자세한 내용 복사</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>ExampleSheet</name>
    <message>
        <source>Example pictures</source>
        <translation>예시 사진</translation>
    </message>
    <message>
        <source>file</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>저장된 그대로</translation>
    </message>
    <message>
        <source>As seen</source>
        <translation>보이는 모습</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>레이블 없음</translation>
    </message>
</context>
<context>
    <name>ExplanationMap</name>
    <message>
        <source>Off</source>
        <translation>끄기</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>예측</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>레이블</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>설명</translation>
    </message>
    <message>
        <source>Strength of the map</source>
        <translation>설명 지도의 진하기</translation>
    </message>
    <message>
        <source>What the model goes by</source>
        <translation>모델의 판단 근거</translation>
    </message>
    <message>
        <source>Explain: off, predicted, label</source>
        <translation>설명: 끄기, 예측, 레이블</translation>
    </message>
    <message>
        <source>Off, the predicted class, the label</source>
        <translation>끄기, 예측된 클래스, 레이블</translation>
    </message>
    <message>
        <source>Looking at what matters…</source>
        <translation>중요한 부분을 찾는 중…</translation>
    </message>
    <message>
        <source>The run does not know {0}.</source>
        <translation>이 실행에는 {0} 클래스가 없습니다.</translation>
    </message>
    <message>
        <source>Orange speaks for {0} rather than {1}, blue against it.</source>
        <translation>주황색: {1}보다 {0} 클래스라는 근거, 파란색: 그 반대.</translation>
    </message>
    <message>
        <source>Orange speaks for {0}, blue against it.</source>
        <translation>주황색: {0} 클래스라는 근거, 파란색: 그 반대.</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>{0} could not be written: {1}.</source>
        <translation>{0} 파일을 쓸 수 없었습니다: {1}.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>Save picture as PNG or SVG…</source>
        <translation>그림을 PNG나 SVG로 저장…</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>그림 복사</translation>
    </message>
    <message>
        <source>Save table as CSV…</source>
        <translation>표를 CSV로 저장…</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>표 복사</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export the model</source>
        <translation>모델 내보내기</translation>
    </message>
    <message>
        <source>Folder to export to</source>
        <translation>내보낼 폴더</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>선택…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Largest difference of a probability</source>
        <translation>확률의 최대 차이</translation>
    </message>
    <message>
        <source>Accuracy of the export</source>
        <translation>내보낸 모델의 정확도</translation>
    </message>
    <message>
        <source>Against the run</source>
        <translation>실행과의 차이</translation>
    </message>
    <message>
        <source>not installed: {0}</source>
        <translation>설치되지 않음: {0}</translation>
    </message>
    <message>
        <source>{0} needs {1}</source>
        <translation>{0}에 필요한 것: {1}</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>위치</translation>
    </message>
    <message>
        <source>A folder with the network, the names of its classes and a small predict.py. Before it is there, its own runtime opens it and it is compared with the run on validation pictures.</source>
        <translation>네트워크, 클래스 이름, 짧은 predict.py가 든 폴더입니다. 완성되기 전에 전용 런타임으로 열어 검증 이미지에서 실행과 비교합니다.</translation>
    </message>
    <message>
        <source>Choose a folder to export into</source>
        <translation>내보낼 폴더 선택</translation>
    </message>
    <message>
        <source>Exporting as {0}</source>
        <translation>{0} 형식으로 내보내는 중</translation>
    </message>
    <message>
        <source>Exporting the model</source>
        <translation>모델을 내보내는 중</translation>
    </message>
    <message>
        <source>Writing the model</source>
        <translation>모델을 쓰는 중</translation>
    </message>
    <message>
        <source>Comparing with the run</source>
        <translation>실행과 비교하는 중</translation>
    </message>
    <message>
        <source>Putting it in place</source>
        <translation>정해진 위치로 옮기는 중</translation>
    </message>
    <message>
        <source>Stopped; nothing was written.</source>
        <translation>중지했습니다. 아무것도 쓰지 않았습니다.</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>Written: {0} ({1})</source>
        <translation>저장됨: {0} ({1})</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>{0} 기준</translation>
    </message>
    <message>
        <source>the run: {0}</source>
        <translation>실행: {0}</translation>
    </message>
    <message>
        <source>{0} points</source>
        <translation>{0}%p</translation>
    </message>
    <message>
        <source>no accuracy is lost</source>
        <translation>정확도가 떨어지지 않음</translation>
    </message>
    <message>
        <source>of accuracy, for its size</source>
        <translation>정확도, 크기를 줄인 대가</translation>
    </message>
</context>
<context>
    <name>FileJob</name>
    <message>
        <source>Files are being read; try again when that has ended.</source>
        <translation>파일을 읽는 중입니다. 끝난 뒤 다시 시도하세요.</translation>
    </message>
    <message>
        <source>Looking at the files</source>
        <translation>파일을 살펴보는 중</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>More conditions</source>
        <translation>조건 더 보기</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>검색</translation>
    </message>
    <message>
        <source>Search in names and folders</source>
        <translation>이름과 폴더에서 검색</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>All images</source>
        <translation>모든 이미지</translation>
    </message>
    <message>
        <source>Labelled</source>
        <translation>레이블 있음</translation>
    </message>
    <message>
        <source>Unlabelled</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>Unseen</source>
        <translation>보지 않음</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>제외됨</translation>
    </message>
    <message>
        <source>With a note</source>
        <translation>메모 있음</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>문제</translation>
    </message>
    <message>
        <source>Their labels were accepted unseen: nobody has looked at them yet</source>
        <translation>보지 않고 레이블을 수락해 아직 아무도 살펴보지 않았습니다</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>분할</translation>
    </message>
    <message>
        <source>Every split</source>
        <translation>모든 분할</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Check images</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>테스트</translation>
    </message>
    <message>
        <source>No split yet</source>
        <translation>분할 전</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>순서</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>이름순</translation>
    </message>
    <message>
        <source>By class</source>
        <translation>클래스순</translation>
    </message>
    <message>
        <source>By split</source>
        <translation>분할순</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>최신순</translation>
    </message>
    <message>
        <source>Largest file first</source>
        <translation>큰 파일순</translation>
    </message>
    <message>
        <source>Most pixels first</source>
        <translation>픽셀 많은 순</translation>
    </message>
    <message>
        <source>Shuffled</source>
        <translation>무작위</translation>
    </message>
    <message>
        <source>Least sure first</source>
        <translation>불확실한 순</translation>
    </message>
</context>
<context>
    <name>FilterControls</name>
    <message>
        <source>The filter {0} asks for classes that this project does not have ({1}); no image fits it.</source>
        <translation>{0} 필터에 쓰인 클래스({1})가 이 프로젝트에 없어 맞는 이미지가 없습니다.</translation>
    </message>
    <message>
        <source>The filter {0} asks for classes that this project does not have ({1}); the others are shown.</source>
        <translation>{0} 필터에 쓰인 클래스({1})가 이 프로젝트에 없어 나머지만 표시합니다.</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>Pictures like “{0}”</source>
        <translation>“{0}” 사진과 비슷한 사진</translation>
    </message>
    <message>
        <source>Pictures without a label that are like the class {0}</source>
        <translation>{0} 클래스와 비슷한, 레이블 없는 사진</translation>
    </message>
    <message>
        <source>Pictures like the copied one</source>
        <translation>복사한 것과 비슷한 사진</translation>
    </message>
    <message>
        <source>Every image has a label; there is nothing left that a label would teach.</source>
        <translation>모든 이미지에 레이블이 있습니다. 레이블로 더 배울 것이 남아 있지 않습니다.</translation>
    </message>
    <message>
        <source>No images without a label look alike any more. N goes to the next one.</source>
        <translation>레이블 없는 이미지 중 더는 서로 닮은 것이 없습니다. N을 누르면 다음 것으로 갑니다.</translation>
    </message>
    <message>
        <source>No image is unlike everything that has a label.</source>
        <translation>레이블이 있는 이미지와 전혀 다른 이미지는 없습니다.</translation>
    </message>
    <message>
        <source>Teaches most</source>
        <translation>도움 되는 순</translation>
    </message>
    <message>
        <source>Least sure first</source>
        <translation>불확실한 순</translation>
    </message>
    <message>
        <source>By similarity</source>
        <translation>유사도순</translation>
    </message>
</context>
<context>
    <name>FindingBar</name>
    <message>
        <source>How far a group reaches</source>
        <translation>그룹의 범위</translation>
    </message>
    <message>
        <source>more alike</source>
        <translation>더 비슷하게</translation>
    </message>
    <message>
        <source>less alike</source>
        <translation>덜 비슷하게</translation>
    </message>
    <message>
        <source>New class…</source>
        <translation>새 클래스…</translation>
    </message>
    <message>
        <source>Give these images a class of their own</source>
        <translation>이 이미지들에 새 클래스 지정</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>해당 없음</translation>
    </message>
    <message>
        <source>They belong to no class: leave them out</source>
        <translation>어느 클래스에도 속하지 않으므로 제외합니다</translation>
    </message>
    <message>
        <source>Next group</source>
        <translation>다음 그룹</translation>
    </message>
    <message>
        <source>Leave this group for later</source>
        <translation>이 그룹은 나중에</translation>
    </message>
    <message>
        <source>Show all images again</source>
        <translation>모든 이미지 다시 표시</translation>
    </message>
    <message>
        <source>More alike: {0}   Less alike: {1}</source>
        <translation>더 비슷하게: {0}   덜 비슷하게: {1}</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>찾는 중…</translation>
    </message>
    <message>
        <source>The most alike come first.</source>
        <translation>가장 비슷한 것부터 표시합니다.</translation>
    </message>
    <message>
        <source>Enter accepts the suggestion of the current image, the key of a class corrects it.</source>
        <translation>Enter를 누르면 현재 이미지의 제안을 수락하고, 클래스의 키를 누르면 고칩니다.</translation>
    </message>
    <message>
        <source>Suggestions, the least sure first</source>
        <translation>제안, 불확실한 순</translation>
    </message>
    <message>
        <source>The labels of these teach most: {0} left, then the next ones come</source>
        <translation>레이블을 지정하면 가장 도움이 되는 이미지: {0}개 남음, 그다음 것이 이어집니다</translation>
    </message>
    <message>
        <source>{0} that look alike, none left to label</source>
        <translation>서로 닮은 {0}, 남은 것 없음</translation>
    </message>
    <message>
        <source>Choose those with a wrong label and press the key of their class. “Next group” goes on.</source>
        <translation>레이블이 틀린 이미지를 골라 맞는 클래스의 키를 누르세요. “다음 그룹”을 누르면 계속합니다.</translation>
    </message>
    <message>
        <source>Give them a class of their own, the key of a class, or none.</source>
        <translation>새 클래스를 만들거나, 클래스의 키를 누르거나, ‘해당 없음’을 고르세요.</translation>
    </message>
    <message>
        <source>{0} unlike everything that has a label</source>
        <translation>레이블이 있는 이미지와 전혀 다른 {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them are further down: scroll to see them.</source>
        <translation>
            <numerusform>그중 %Ln개는 더 아래에 있습니다. 스크롤하면 보입니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>One more image of this group</source>
        <translation>이 그룹에 남은 이미지 하나</translation>
    </message>
    <message>
        <source>The key of a class labels it.</source>
        <translation>클래스의 키를 누르면 레이블이 지정됩니다.</translation>
    </message>
    <message>
        <source>One more image of this group, suggested: {0}</source>
        <translation>이 그룹에 남은 이미지 하나, 제안: {0}</translation>
    </message>
    <message>
        <source>Enter or the key of a class labels it.</source>
        <translation>Enter 키나 클래스의 키를 누르면 레이블이 지정됩니다.</translation>
    </message>
    <message>
        <source>The key of a class labels them all. To give one another label, go to it first.</source>
        <translation>클래스의 키를 누르면 모두 그 레이블이 됩니다. 하나만 다르게 하려면 먼저 그 이미지로 가세요.</translation>
    </message>
    <message>
        <source>{0} that look alike</source>
        <translation>서로 닮은 {0}</translation>
    </message>
    <message>
        <source>Enter or a key labels them all. To give one another label, go to it first; least sure come first.</source>
        <translation>Enter나 클래스의 키를 누르면 모두 레이블이 지정됩니다. 하나만 다르게 하려면 먼저 그 이미지로 가세요. 불확실한 것부터 표시합니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) left out: suggested as another class by now.</source>
        <translation>
            <numerusform>이미지 %Ln개는 이제 다른 클래스로 제안되어 뺐습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
    <message>
        <source>Show again what was shown before this</source>
        <translation>이것 전에 보이던 것을 다시 표시합니다</translation>
    </message>
    <message>
        <source>{0} that look alike, suggested: {1}</source>
        <translation>서로 닮은 {0}, 제안: {1}</translation>
    </message>
    <message>
        <source>Too few images have a label to say how good a model of them would be.</source>
        <translation>모델이 얼마나 좋을지 말하기에는 레이블이 있는 이미지가 너무 적습니다.</translation>
    </message>
    <message>
        <source>How good a model of your labels is cannot be told yet: the pictures with a label are not like those without.</source>
        <translation>이 레이블로 만든 모델이 얼마나 좋은지 아직 알 수 없습니다. 레이블 있는 사진이 레이블 없는 사진과 비슷하지 않습니다.</translation>
    </message>
    <message>
        <source>A model of your {1} labels has {0} or more of 100 such pictures right.</source>
        <translation>레이블 {1}개로 만든 모델은 이런 사진 100장 중 {0}장 이상을 맞힙니다.</translation>
    </message>
    <message>
        <source>A model of your {2} labels has about {0} of 100 such pictures right (± {1}).</source>
        <translation>레이블 {2}개로 만든 모델은 이런 사진 100장 중 약 {0}장(± {1})을 맞힙니다.</translation>
    </message>
</context>
<context>
    <name>FindingWords</name>
    <message>
        <source>Help me label</source>
        <translation>레이블 지정 도움</translation>
    </message>
    <message>
        <source>Label groups of look-alikes</source>
        <translation>닮은 이미지 그룹에 레이블 지정</translation>
    </message>
    <message>
        <source>Label what teaches most</source>
        <translation>가장 도움 되는 것부터 레이블 지정</translation>
    </message>
    <message>
        <source>Show what is unlike everything</source>
        <translation>전혀 다른 이미지 보기</translation>
    </message>
    <message>
        <source>Find pictures like this</source>
        <translation>이와 비슷한 사진 찾기</translation>
    </message>
    <message>
        <source>Find pictures like a class…</source>
        <translation>클래스와 비슷한 사진 찾기…</translation>
    </message>
    <message>
        <source>Find pictures like the copied one</source>
        <translation>복사한 것과 비슷한 사진 찾기</translation>
    </message>
    <message>
        <source>Go back to what was shown before</source>
        <translation>전에 보이던 것으로 돌아가기</translation>
    </message>
    <message>
        <source>Group only what is more alike</source>
        <translation>더 비슷한 것만 묶기</translation>
    </message>
    <message>
        <source>Group what is less alike too</source>
        <translation>덜 비슷한 것도 묶기</translation>
    </message>
    <message>
        <source>Groups of look-alikes, what to label next, pictures like this one</source>
        <translation>닮은 이미지 그룹, 다음에 레이블을 지정할 것, 이와 비슷한 사진</translation>
    </message>
    <message>
        <source>Choose an image first; then this finds those that look like it.</source>
        <translation>먼저 이미지를 고르세요. 그러면 닮은 것을 찾습니다.</translation>
    </message>
    <message>
        <source>Copy a picture or its file first; then this finds those that look like it.</source>
        <translation>먼저 사진이나 파일을 복사하세요. 그러면 닮은 것을 찾습니다.</translation>
    </message>
    <message>
        <source>There is no class yet; {0} adds one.</source>
        <translation>아직 클래스가 없습니다. 추가하는 키: {0}</translation>
    </message>
    <message>
        <source>Find pictures like the class…</source>
        <translation>비슷한 사진을 찾을 클래스…</translation>
    </message>
</context>
<context>
    <name>Fonts</name>
    <message numerus="yes">
        <source>The name(s) of %Ln class(es) are right, but boxes stand for their letters, as no font of this computer has them. Install one that has, such as Noto Sans, and start again.</source>
        <translation>
            <numerusform>클래스 %Ln개의 이름은 맞지만, 이 컴퓨터에 그 글자가 있는 글꼴이 없어 네모로 표시됩니다. Noto Sans처럼 글자가 있는 글꼴을 설치하고 다시 시작하세요.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GainColumns</name>
    <message>
        <source>How many images of this class both runs judged</source>
        <translation>두 실행이 모두 판정한 이 클래스의 이미지 수</translation>
    </message>
    <message>
        <source>How many of them the first run recognised</source>
        <translation>그중 첫 번째 실행이 맞힌 수</translation>
    </message>
    <message>
        <source>How many of them the second run recognises</source>
        <translation>그중 두 번째 실행이 맞힌 수</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>이전</translation>
    </message>
    <message>
        <source>After</source>
        <translation>이후</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>변화</translation>
    </message>
    <message>
        <source>The difference in percentage points; of fewer than 30 images, in images</source>
        <translation>차이(%p). 이미지가 30개보다 적으면 이미지 수</translation>
    </message>
    <message>
        <source>What each class gained</source>
        <translation>클래스별 변화</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>{0} misclassified</source>
        <translation>오분류 {0}개</translation>
    </message>
    <message>
        <source>{0} recognised as {1}</source>
        <translation>{1} 클래스로 맞힌 {0}개</translation>
    </message>
    <message>
        <source>{0} labelled {1}, misclassified</source>
        <translation>레이블이 {1}인 오분류 {0}개</translation>
    </message>
    <message>
        <source>{0} wrongly predicted {1}</source>
        <translation>{1} 클래스로 잘못 예측된 {0}개</translation>
    </message>
    <message>
        <source>{0} labelled {1}, predicted {2}</source>
        <translation>레이블 {1}, 예측 {2}: {0}개</translation>
    </message>
    <message>
        <source>Nothing here: the model made no such mistake.</source>
        <translation>없습니다. 모델이 그런 오분류를 하지 않았습니다.</translation>
    </message>
    <message>
        <source>All mistakes are looked through: you confirmed the labels of those that are left.</source>
        <translation>모든 오분류를 살펴보았습니다. 남은 것은 레이블을 확정한 것입니다.</translation>
    </message>
    <message>
        <source>Congratulations: the only image is recognised. More images make a surer test.</source>
        <translation>축하합니다. 하나뿐인 이미지를 맞혔습니다. 이미지가 많을수록 더 확실한 시험이 됩니다.</translation>
    </message>
    <message>
        <source>Congratulations: all {0} are recognised.</source>
        <translation>축하합니다. {0}를 모두 맞혔습니다.</translation>
    </message>
    <message>
        <source>predicted {0}, {1} sure</source>
        <translation>예측 {0}, 확신도 {1}</translation>
    </message>
    <message>
        <source>Labelled {0} ({1}), predicted {2} ({3})</source>
        <translation>레이블 {0}({1}), 예측 {2}({3})</translation>
    </message>
</context>
<context>
    <name>GoalBar</name>
    <message>
        <source>Train again</source>
        <translation>다시 학습</translation>
    </message>
    <message>
        <source>Forget what was to be labelled</source>
        <translation>레이블 지정 목표 지우기</translation>
    </message>
    <message numerus="yes">
        <source>Done: %Ln more label(s). Train again to see what they bring.</source>
        <translation>
            <numerusform>완료: 레이블 %Ln개를 더 지정했습니다. 효과를 보려면 다시 학습하세요.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Done: %Ln more picture(s) of {1} have a label. Train again to see what they bring.</source>
        <translation>
            <numerusform>완료: {1} 사진 %Ln장에 레이블을 더 지정했습니다. 효과를 보려면 다시 학습하세요.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln more picture(s) of {1} to label, then train again</source>
        <translation>
            <numerusform>{1} 사진 %Ln장 중 {0}장 남음, 그다음 다시 학습</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln more picture(s) to label, then train again</source>
        <translation>
            <numerusform>사진 %Ln장 중 {0}장 남음, 그다음 다시 학습</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GridContents</name>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Check images</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>테스트</translation>
    </message>
    <message>
        <source>No split yet</source>
        <translation>분할 전</translation>
    </message>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>Top folder</source>
        <translation>최상위 폴더</translation>
    </message>
</context>
<context>
    <name>Guard</name>
    <message>
        <source>Something unexpected happened: {0}</source>
        <translation>예기치 않은 문제가 발생했습니다: {0}</translation>
    </message>
</context>
<context>
    <name>Guesses</name>
    <message>
        <source>What the model thought of</source>
        <translation>모델이 떠올린 것</translation>
    </message>
</context>
<context>
    <name>GuideDialog</name>
    <message>
        <source>Guide</source>
        <translation>안내서</translation>
    </message>
    <message>
        <source>Parts of the guide</source>
        <translation>안내서 목차</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>키 검색</translation>
    </message>
    <message>
        <source>Search words</source>
        <translation>용어 검색</translation>
    </message>
    <message>
        <source>How it goes</source>
        <translation>작업 순서</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>키</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>용어</translation>
    </message>
    <message>
        <source>Take the tour on the sample</source>
        <translation>샘플로 둘러보기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Pictures that a model never learns from, to see how good it is</source>
        <translation>모델이 학습하지 않는 사진으로, 모델이 얼마나 좋은지 보여 줍니다</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>사진 추가…</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>사진 추가</translation>
    </message>
    <message>
        <source>Counting the images…</source>
        <translation>이미지를 세는 중…</translation>
    </message>
    <message>
        <source>all labelled</source>
        <translation>모두 레이블 지정됨</translation>
    </message>
    <message>
        <source>{0} to label</source>
        <translation>레이블 없음 {0}</translation>
    </message>
    <message>
        <source>{0} left out</source>
        <translation>{0}개 제외됨</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>읽기 전용</translation>
    </message>
    <message>
        <source>{0} set aside to check</source>
        <translation>확인용 {0}</translation>
    </message>
    <message>
        <source>none set aside to check</source>
        <translation>확인용 없음</translation>
    </message>
    <message>
        <source>{0} cannot be used</source>
        <translation>쓸 수 없음 {0}</translation>
    </message>
</context>
<context>
    <name>HistoryDelegate</name>
    <message>
        <source>undone</source>
        <translation>취소됨</translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>undone</source>
        <translation>취소됨</translation>
    </message>
    <message>
        <source>now</source>
        <translation>지금</translation>
    </message>
    <message>
        <source>done</source>
        <translation>완료</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History</source>
        <translation>기록</translation>
    </message>
    <message>
        <source>Click an edit to go back or forward to it. Nothing is lost on the way.</source>
        <translation>편집을 클릭하면 그 시점으로 되돌아가거나 다시 나아갑니다. 그 과정에서 잃는 것은 없습니다.</translation>
    </message>
    <message>
        <source>Beginning</source>
        <translation>시작</translation>
    </message>
</context>
<context>
    <name>IdGrid</name>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>분할</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Picture</source>
        <translation>사진</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>이 사진을 표시할 수 없습니다.</translation>
    </message>
</context>
<context>
    <name>ImportOptionsForm</name>
    <message>
        <source>Automatic</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>The group called “class” is the class, else the first group, else the whole match.
A pattern with a / is sought in the path from the source.</source>
        <translation>“class”라는 그룹이 클래스이고, 없으면 첫 번째 그룹, 그것도 없으면 일치한 전체가 클래스입니다.
/가 들어 있는 패턴은 원본부터의 경로에서 찾습니다.</translation>
    </message>
    <message>
        <source>Names table…</source>
        <translation>이름 표…</translation>
    </message>
    <message>
        <source>Names table</source>
        <translation>이름 표</translation>
    </message>
    <message>
        <source>A table with the columns ClassId and SignName (or id and name): it names classes such as 0, 1, 2</source>
        <translation>ClassId와 SignName(또는 id와 name) 열이 있는 표로, 0, 1, 2 같은 클래스에 이름을 붙입니다</translation>
    </message>
    <message>
        <source>As folders and tables say, no others</source>
        <translation>폴더와 표에 있는 대로만</translation>
    </message>
    <message>
        <source>All to training</source>
        <translation>모두 학습으로</translation>
    </message>
    <message>
        <source>All to test</source>
        <translation>모두 테스트로</translation>
    </message>
    <message>
        <source>Automatic: as folders and tables say; of other labelled images 20 % are set aside for checking</source>
        <translation>자동: 폴더와 표에 있는 대로 나누고, 레이블이 있는 그 밖의 이미지는 20%를 확인용으로 따로 둡니다</translation>
    </message>
    <message>
        <source>The folder divides its pictures in several ways; one of them is used</source>
        <translation>폴더가 사진을 여러 방식으로 나눕니다. 그중 하나를 씁니다</translation>
    </message>
    <message>
        <source>Pictures of one thing, such as frames of a video, come into the same split.
Automatic: those that a table puts together, or names that evidently number sequences</source>
        <translation>동영상의 프레임처럼 한 대상의 사진은 같은 분할에 들어갑니다.
자동: 표가 묶은 것, 또는 이름이 분명히 연속 번호인 것</translation>
    </message>
    <message>
        <source>Pattern, such as {0}</source>
        <translation>{0} (패턴의 예)</translation>
    </message>
    <message>
        <source>Pattern in file names, such as {0}</source>
        <translation>{0} (파일 이름 패턴의 예)</translation>
    </message>
    <message>
        <source>Images of a class with the same first group of this expression come into the same split</source>
        <translation>같은 클래스에서 이 표현식의 첫 번째 그룹이 같은 이미지는 같은 분할에 들어갑니다</translation>
    </message>
    <message>
        <source>The values of pictures of more than 8 bits that become black and white, such as 290 304</source>
        <translation>8비트보다 깊은 사진에서 검은색과 흰색이 될 값(예: 290 304)</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>빨강</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>초록</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>파랑</translation>
    </message>
    <message>
        <source>Band that is shown as {0}</source>
        <translation>{0} 채널로 표시할 밴드</translation>
    </message>
    <message>
        <source>Which bands of the pictures are shown, and learnt from, as red, green and blue</source>
        <translation>사진의 어느 밴드를 빨강, 초록, 파랑으로 표시하고 학습할지</translation>
    </message>
    <message>
        <source>Which page or plane of files with several is shown, and learnt from</source>
        <translation>여러 페이지나 평면이 있는 파일에서 어느 것을 표시하고 학습할지</translation>
    </message>
    <message>
        <source> of {0}</source>
        <translation> / {0}</translation>
    </message>
    <message>
        <source>Japanese (cp932)</source>
        <translation>일본어(cp932)</translation>
    </message>
    <message>
        <source>Korean (cp949)</source>
        <translation>한국어(cp949)</translation>
    </message>
    <message>
        <source>Chinese, simplified (gbk)</source>
        <translation>중국어 간체(gbk)</translation>
    </message>
    <message>
        <source>Chinese, traditional (big5)</source>
        <translation>중국어 번체(big5)</translation>
    </message>
    <message>
        <source>Western, old (cp437)</source>
        <translation>서유럽어, 옛 방식(cp437)</translation>
    </message>
    <message>
        <source>Western (cp1252)</source>
        <translation>서유럽어(cp1252)</translation>
    </message>
    <message>
        <source>Unicode (UTF-8)</source>
        <translation>유니코드(UTF-8)</translation>
    </message>
    <message>
        <source>How names with accents or in other scripts are written in this file</source>
        <translation>악센트나 다른 문자가 든 이름이 이 파일에 적힌 방식</translation>
    </message>
    <message>
        <source>Automatic ({0})</source>
        <translation>자동({0})</translation>
    </message>
    <message>
        <source>Number {0}</source>
        <translation>{0}번</translation>
    </message>
    <message>
        <source>All to the check images</source>
        <translation>모두 확인용 이미지로</translation>
    </message>
    <message>
        <source>Automatic: {0}</source>
        <translation>자동: {0}</translation>
    </message>
    <message>
        <source>Without a number</source>
        <translation>번호 없음</translation>
    </message>
    <message>
        <source>“{0}”</source>
        <translation>“{0}”</translation>
    </message>
    <message>
        <source>under {0}</source>
        <translation>{0} 아래</translation>
    </message>
    <message>
        <source>“{0}” under {1}</source>
        <translation>{1} 아래 “{0}”</translation>
    </message>
    <message>
        <source>&amp;Replace the labels of images that are in the project</source>
        <translation>프로젝트에 있는 이미지의 레이블 바꾸기(&amp;R)</translation>
    </message>
    <message>
        <source>Without this they keep theirs, which is told; it can be undone</source>
        <translation>이 옵션이 없으면 기존 레이블을 유지하고 이를 알려 줍니다. 실행 취소할 수 있습니다</translation>
    </message>
    <message>
        <source>&amp;Labels come from</source>
        <translation>레이블 출처(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Pattern</source>
        <translation>패턴(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>열(&amp;C)</translation>
    </message>
    <message>
        <source>Class &amp;names</source>
        <translation>클래스 이름(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Split</source>
        <translation>분할(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Division</source>
        <translation>나누는 방식(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Keep together</source>
        <translation>함께 두기(&amp;K)</translation>
    </message>
    <message>
        <source>E&amp;xpression</source>
        <translation>표현식(&amp;X)</translation>
    </message>
    <message>
        <source>&amp;Values shown</source>
        <translation>표시할 값(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Bands</source>
        <translation>밴드(&amp;B)</translation>
    </message>
    <message>
        <source>Pa&amp;ge</source>
        <translation>페이지(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Encoding</source>
        <translation>인코딩(&amp;E)</translation>
    </message>
    <message>
        <source>Nothing: each picture shows something else</source>
        <translation>없음: 사진마다 다른 것을 보여 줌</translation>
    </message>
    <message>
        <source>Pictures whose names begin alike: {0}…</source>
        <translation>이름이 같게 시작하는 사진: {0}…</translation>
    </message>
    <message>
        <source>By an expression…</source>
        <translation>표현식으로…</translation>
    </message>
    <message>
        <source>The pattern cannot be understood: {0}.</source>
        <translation>패턴을 이해할 수 없습니다: {0}.</translation>
    </message>
    <message>
        <source>“Keep together” cannot be understood: {0}.</source>
        <translation>“함께 두기”를 이해할 수 없습니다: {0}.</translation>
    </message>
    <message>
        <source>Write the pattern by which file names tell the class.</source>
        <translation>파일 이름에서 클래스를 알아낼 패턴을 쓰세요.</translation>
    </message>
    <message>
        <source>Write a lower and a higher value with a blank between, such as 290 304.</source>
        <translation>290 304처럼 작은 값과 큰 값을 빈칸으로 띄어 쓰세요.</translation>
    </message>
    <message>
        <source>Choose a table of class names</source>
        <translation>클래스 이름 표 선택</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>표</translation>
    </message>
    <message>
        <source>as they were found</source>
        <translation>찾은 그대로</translation>
    </message>
    <message>
        <source>Without it</source>
        <translation>사용 안 함</translation>
    </message>
</context>
<context>
    <name>ImportPreview</name>
    <message>
        <source>Other forms</source>
        <translation>다른 방식</translation>
    </message>
    <message>
        <source>Looking at the folder</source>
        <translation>폴더를 살펴보는 중</translation>
    </message>
    <message>
        <source>Classes found</source>
        <translation>찾은 클래스</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>가져오기</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>다시 살펴보기</translation>
    </message>
    <message>
        <source>Look at the files once more, after they have changed</source>
        <translation>파일이 바뀌었으면 다시 한번 살펴봅니다</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>찾은 것</translation>
    </message>
    <message>
        <source>{0}  ·  a new project is made for it</source>
        <translation>{0}  ·  새 프로젝트가 만들어집니다</translation>
    </message>
    <message>
        <source>{0}  ·  added to {1}</source>
        <translation>{0}  ·  {1}에 추가됩니다</translation>
    </message>
    <message>
        <source>Looking at the folder…</source>
        <translation>폴더를 살펴보는 중…</translation>
    </message>
    <message>
        <source>{0}, not labelled yet</source>
        <translation>{0}, 아직 레이블 없음</translation>
    </message>
    <message>
        <source>{0} in {1}, {2}</source>
        <translation>{1}의 {0}, {2}</translation>
    </message>
    <message>
        <source>{0}: {1} in {2}, {3} without a label; {4}</source>
        <translation>{0}: {2}에 {1}개, 레이블 없음 {3}개; {4}</translation>
    </message>
    <message>
        <source>Read instead: {0} ({1} in {2})</source>
        <translation>다르게 읽기: {0} ({2}의 {1})</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message>
        <source>Adding pictures</source>
        <translation>사진을 추가하는 중</translation>
    </message>
    <message>
        <source>Stopped; {0} images are in the project, not all were looked at yet</source>
        <translation>중지했습니다. 이미지 {0}개가 프로젝트에 있지만 아직 모두 살펴보지는 않았습니다</translation>
    </message>
    <message>
        <source>Stopped; the project is as it was before.</source>
        <translation>중지했습니다. 프로젝트는 전과 같습니다.</translation>
    </message>
    <message>
        <source>{0} added</source>
        <translation>{0} 추가됨</translation>
    </message>
    <message>
        <source>{0}, {1} kept another label</source>
        <translation>{0}, {1}는 기존 레이블 유지</translation>
    </message>
    <message>
        <source>{0}, {1} cannot be used</source>
        <translation>{0}, {1}개 쓸 수 없음</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Choose an image to see it here.
Digit keys label it, arrow keys move.</source>
        <translation>이미지를 고르면 여기에 표시됩니다.
숫자 키로 레이블을 지정하고 화살표 키로 이동합니다.</translation>
    </message>
    <message>
        <source>Suggestion</source>
        <translation>제안</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>분할</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Check image</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>테스트</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>아직 없음</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>픽셀</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>파일 크기</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>원본</translation>
    </message>
    <message>
        <source>{0} images selected</source>
        <translation>이미지 {0}개 선택됨</translation>
    </message>
    <message>
        <source>Several</source>
        <translation>여럿</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0}~{1}</translation>
    </message>
    <message>
        <source>{0} in all</source>
        <translation>합계 {0}</translation>
    </message>
    <message>
        <source>more than {0}</source>
        <translation>{0} 초과</translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>폴더 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln source(s)</source>
        <translation>
            <numerusform>원본 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>Several labels</source>
        <translation>여러 레이블</translation>
    </message>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>Choose a folder of images</source>
        <translation>이미지 폴더 선택</translation>
    </message>
    <message>
        <source>Choose pictures or archives</source>
        <translation>사진이나 압축 파일 선택</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일 (*)</translation>
    </message>
    <message>
        <source>Copy a picture or some files first; then paste them here.</source>
        <translation>먼저 사진이나 파일을 복사한 뒤 여기에 붙여 넣으세요.</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Progress</source>
        <translation>진행률</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Cancel: {0}</source>
        <translation>취소: {0}</translation>
    </message>
    <message>
        <source>waits for the one before it</source>
        <translation>앞 작업을 기다리는 중</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>중지하는 중…</translation>
    </message>
    <message>
        <source>{0}, paused</source>
        <translation>{0}, 일시 중지됨</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>일시 중지됨</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
</context>
<context>
    <name>JobsArea</name>
    <message>
        <source>What is being done</source>
        <translation>진행 중인 작업</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>{0}개 더</translation>
    </message>
</context>
<context>
    <name>JudgeChoice</name>
    <message>
        <source>Validation and test images</source>
        <translation>검증 및 테스트 이미지</translation>
    </message>
    <message>
        <source>All labelled images, by their features</source>
        <translation>레이블이 있는 모든 이미지, 특징으로</translation>
    </message>
    <message>
        <source>Images to judge</source>
        <translation>판정할 이미지</translation>
    </message>
    <message>
        <source>All labelled images, by training anew</source>
        <translation>레이블이 있는 모든 이미지, 새로 학습하여</translation>
    </message>
    <message>
        <source> parts</source>
        <translation> 등분</translation>
    </message>
    <message>
        <source>Parts of the images, each judged by a network that did not learn from it</source>
        <translation>이미지를 나눈 부분. 각각 그것을 학습하지 않은 네트워크가 판정합니다</translation>
    </message>
    <message>
        <source>Judged</source>
        <translation>판정 대상</translation>
    </message>
    <message>
        <source>Judge again</source>
        <translation>다시 판정</translation>
    </message>
    <message>
        <source>Judge all images</source>
        <translation>모든 이미지 판정</translation>
    </message>
</context>
<context>
    <name>KeyChips</name>
    <message>
        <source>Keys of the classes</source>
        <translation>클래스의 키</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Label with the class that has this key</source>
        <translation>이 키의 클래스로 레이블 지정</translation>
    </message>
    <message>
        <source>Go to another picture; with Shift, select on the way</source>
        <translation>다른 사진으로 이동. Shift와 함께 누르면 지나는 사진 선택</translation>
    </message>
    <message>
        <source>Go to the next control</source>
        <translation>다음 컨트롤로 이동</translation>
    </message>
    <message>
        <source>Press the button that has the focus</source>
        <translation>포커스가 있는 버튼 누르기</translation>
    </message>
</context>
<context>
    <name>LabelButton</name>
    <message>
        <source>Label: {0}</source>
        <translation>레이블: {0}</translation>
    </message>
    <message>
        <source>{0}
Choose a class by name</source>
        <translation>{0}
이름으로 클래스 선택</translation>
    </message>
</context>
<context>
    <name>LabelJudging</name>
    <message>
        <source>Judging the labels</source>
        <translation>레이블을 판정하는 중</translation>
    </message>
</context>
<context>
    <name>Labelling</name>
    <message>
        <source>Other pictures have just come; look at them, then press the key again.</source>
        <translation>방금 다른 이미지로 바뀌었습니다. 이미지를 보고 키를 다시 누르세요.</translation>
    </message>
    <message>
        <source>Select images first, then press the key of their class.</source>
        <translation>먼저 이미지를 선택한 뒤 클래스의 키를 누르세요.</translation>
    </message>
    <message>
        <source>No class has the key {0}; {1} adds a class.</source>
        <translation>키가 {0}인 클래스가 없습니다. 클래스를 추가하는 키: {1}</translation>
    </message>
    <message>
        <source>Label an image first; then this key gives the same label again.</source>
        <translation>먼저 이미지에 레이블을 지정하세요. 그러면 이 키로 같은 레이블을 다시 지정합니다.</translation>
    </message>
    <message>
        <source>Select images first, then choose their class.</source>
        <translation>먼저 이미지를 선택한 뒤 클래스를 고르세요.</translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln image(s) as…</source>
        <translation>
            <numerusform>이미지 %Ln개에 지정할 레이블…</numerusform>
        </translation>
    </message>
    <message>
        <source>Add class “{0}”</source>
        <translation>클래스 “{0}” 추가</translation>
    </message>
    <message>
        <source>Every image here has a label.</source>
        <translation>여기 있는 모든 이미지에 레이블이 있습니다.</translation>
    </message>
    <message>
        <source>Select images first, then mark them.</source>
        <translation>먼저 이미지를 선택한 뒤 표시하세요.</translation>
    </message>
    <message>
        <source>Select images whose label was accepted unseen first.</source>
        <translation>먼저 보지 않고 레이블을 수락한 이미지를 선택하세요.</translation>
    </message>
    <message>
        <source>There is no label that was accepted unseen.</source>
        <translation>보지 않고 수락한 레이블이 없습니다.</translation>
    </message>
</context>
<context>
    <name>LabellingRate</name>
    <message>
        <source>Pace of labelling</source>
        <translation>레이블 지정 속도</translation>
    </message>
    <message>
        <source>{0} labels/min</source>
        <translation>분당 레이블 {0}개</translation>
    </message>
    <message>
        <source>{0} to label</source>
        <translation>레이블 없음 {0}</translation>
    </message>
    <message>
        <source>all labelled</source>
        <translation>모두 레이블 지정됨</translation>
    </message>
</context>
<context>
    <name>LabelsExport</name>
    <message>
        <source>Writing the labels</source>
        <translation>레이블을 쓰는 중</translation>
    </message>
    <message>
        <source>Stopped; nothing was written.</source>
        <translation>중지했습니다. 아무것도 쓰지 않았습니다.</translation>
    </message>
    <message>
        <source>Labels written: {0}, {1}</source>
        <translation>레이블 저장됨: {0}, {1}</translation>
    </message>
    <message>
        <source>{0}; {1} cannot be read</source>
        <translation>{0}; {1}개 읽을 수 없음</translation>
    </message>
</context>
<context>
    <name>LabelsExportDialog</name>
    <message>
        <source>Export labels</source>
        <translation>레이블 내보내기</translation>
    </message>
    <message>
        <source>&amp;Share the files instead of copying them</source>
        <translation>파일을 복사하지 않고 공유(&amp;S)</translation>
    </message>
    <message>
        <source>Takes no room; both must be on one disk, and a change in one is one in both</source>
        <translation>공간을 차지하지 않습니다. 둘 다 같은 디스크에 있어야 하며, 한쪽을 바꾸면 양쪽이 바뀝니다</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>저장…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>&amp;Table</source>
        <translation>표(&amp;T)</translation>
    </message>
    <message>
        <source>A CSV file: every image with its class, split, marks, note and group</source>
        <translation>CSV 파일: 모든 이미지와 클래스, 분할, 표시, 메모, 그룹</translation>
    </message>
    <message>
        <source>&amp;Class folders</source>
        <translation>클래스 폴더(&amp;C)</translation>
    </message>
    <message>
        <source>The labelled images in a folder for each class</source>
        <translation>레이블이 있는 이미지를 클래스마다 한 폴더에</translation>
    </message>
    <message>
        <source>S&amp;plits and classes</source>
        <translation>분할과 클래스(&amp;P)</translation>
    </message>
    <message>
        <source>train, validation and test, with class folders in each; for Keras</source>
        <translation>train, validation, test와 그 안의 클래스 폴더(Keras용)</translation>
    </message>
    <message>
        <source>&amp;Image folder</source>
        <translation>이미지 폴더(&amp;I)</translation>
    </message>
    <message>
        <source>train, validation and test with a metadata.csv; for Hugging Face</source>
        <translation>train, validation, test와 metadata.csv(Hugging Face용)</translation>
    </message>
    <message>
        <source>Save the labels</source>
        <translation>레이블 저장</translation>
    </message>
    <message>
        <source>A new folder for the images</source>
        <translation>이미지를 넣을 새 폴더</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>표 (*.csv)</translation>
    </message>
    <message>
        <source>Folders (*)</source>
        <translation>폴더 (*)</translation>
    </message>
</context>
<context>
    <name>LargeView</name>
    <message>
        <source>Image, large</source>
        <translation>크게 본 이미지</translation>
    </message>
    <message>
        <source>The model&apos;s first guesses</source>
        <translation>모델의 상위 추측</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>이전 이미지</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>다음 이미지</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message>
        <source>Looking at every picture</source>
        <translation>모든 사진을 살펴보는 중</translation>
    </message>
    <message>
        <source>Learning while labelling is switched off; the menu at the lower left switches it on.</source>
        <translation>레이블을 지정하는 동안의 학습이 꺼져 있습니다. 왼쪽 아래 메뉴에서 켤 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Add pictures…</source>
        <translation>사진 추가…</translation>
    </message>
    <message>
        <source>Add an archive or array file…</source>
        <translation>압축 파일이나 배열 파일 추가…</translation>
    </message>
    <message>
        <source>Look for new, changed and missing files</source>
        <translation>새 파일, 바뀐 파일, 없어진 파일 찾기</translation>
    </message>
    <message>
        <source>A folder was moved…</source>
        <translation>옮긴 폴더 지정…</translation>
    </message>
    <message>
        <source>Export labels…</source>
        <translation>레이블 내보내기…</translation>
    </message>
    <message>
        <source>Remove label</source>
        <translation>레이블 제거</translation>
    </message>
    <message>
        <source>Label as…</source>
        <translation>레이블 지정…</translation>
    </message>
    <message>
        <source>Look closely</source>
        <translation>자세히 보기</translation>
    </message>
    <message>
        <source>Same label as last</source>
        <translation>마지막과 같은 레이블</translation>
    </message>
    <message>
        <source>Next unlabelled image</source>
        <translation>레이블 없는 다음 이미지</translation>
    </message>
    <message>
        <source>Show suggestions, or hide them</source>
        <translation>제안 보이기/숨기기</translation>
    </message>
    <message>
        <source>Check suggestions</source>
        <translation>제안 확인</translation>
    </message>
    <message>
        <source>Accept suggestions…</source>
        <translation>제안 수락…</translation>
    </message>
    <message>
        <source>Mark as looked at</source>
        <translation>살펴본 것으로 표시</translation>
    </message>
    <message>
        <source>Take back those accepted unseen</source>
        <translation>보지 않고 수락한 것 되돌리기</translation>
    </message>
    <message>
        <source>Mark as unsure, or as sure</source>
        <translation>불확실/확실로 표시</translation>
    </message>
    <message>
        <source>Exclude from training, or include</source>
        <translation>학습에서 제외하거나 포함</translation>
    </message>
    <message>
        <source>Write a note…</source>
        <translation>메모 쓰기…</translation>
    </message>
    <message>
        <source>Add class…</source>
        <translation>클래스 추가…</translation>
    </message>
    <message>
        <source>Rename class…</source>
        <translation>클래스 이름 바꾸기…</translation>
    </message>
    <message>
        <source>Merge class into…</source>
        <translation>클래스를 다른 클래스에 합치기…</translation>
    </message>
    <message>
        <source>Search images</source>
        <translation>이미지 검색</translation>
    </message>
    <message>
        <source>More conditions…</source>
        <translation>조건 더 보기…</translation>
    </message>
    <message>
        <source>Show unlabelled images</source>
        <translation>레이블 없는 이미지 보기</translation>
    </message>
    <message>
        <source>Show problems</source>
        <translation>문제 보기</translation>
    </message>
    <message>
        <source>Check problems again</source>
        <translation>문제 다시 확인</translation>
    </message>
    <message>
        <source>Show all images</source>
        <translation>모든 이미지 보기</translation>
    </message>
    <message>
        <source>Select all images</source>
        <translation>이미지 모두 선택</translation>
    </message>
    <message>
        <source>Move to training</source>
        <translation>학습으로 옮기기</translation>
    </message>
    <message>
        <source>Set aside to check</source>
        <translation>확인용으로 따로 두기</translation>
    </message>
    <message>
        <source>Move to test</source>
        <translation>테스트로 옮기기</translation>
    </message>
    <message>
        <source>Divide into splits…</source>
        <translation>분할로 나누기…</translation>
    </message>
    <message>
        <source>Larger pictures</source>
        <translation>사진 크게</translation>
    </message>
    <message>
        <source>Smaller pictures</source>
        <translation>사진 작게</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>정보 패널 보이기/숨기기</translation>
    </message>
    <message>
        <source>Show the history</source>
        <translation>기록 보기</translation>
    </message>
    <message>
        <source>Show the distribution</source>
        <translation>분포 보기</translation>
    </message>
    <message>
        <source>Make a model of these labels</source>
        <translation>이 레이블로 모델 만들기</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>파일 관리자에서 보기</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>경로 복사</translation>
    </message>
    <message>
        <source>Pictures are being imported; stop that first.</source>
        <translation>사진을 가져오는 중입니다. 먼저 중지하세요.</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>파일을 살펴보는 중…</translation>
    </message>
    <message>
        <source>Making a model of your labels…</source>
        <translation>레이블로 모델을 만드는 중…</translation>
    </message>
    <message>
        <source>Choose a class in the list first.</source>
        <translation>먼저 목록에서 클래스를 고르세요.</translation>
    </message>
    <message>
        <source>Select images first, then write a note on them.</source>
        <translation>먼저 이미지를 선택한 뒤 메모를 쓰세요.</translation>
    </message>
    <message>
        <source>Choose an image first.</source>
        <translation>먼저 이미지를 고르세요.</translation>
    </message>
    <message>
        <source>Path copied</source>
        <translation>경로를 복사했습니다</translation>
    </message>
</context>
<context>
    <name>Locating</name>
    <message>
        <source>This project has no folders yet.</source>
        <translation>이 프로젝트에는 아직 폴더가 없습니다.</translation>
    </message>
    <message>
        <source>Which folder was moved?</source>
        <translation>어느 폴더를 옮겼나요?</translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation>{0} 폴더는 지금 어디에 있나요?</translation>
    </message>
    <message>
        <source>{0} changed</source>
        <translation>바뀜 {0}개</translation>
    </message>
    <message>
        <source>{0} missing, which keep their labels</source>
        <translation>없어짐 {0}개(레이블은 유지됨)</translation>
    </message>
    <message>
        <source>{0} new</source>
        <translation>새로 생김 {0}개</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>{0} 찾음</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
</context>
<context>
    <name>Lookup</name>
    <message>
        <source>Nothing is called so.</source>
        <translation>그런 이름은 없습니다.</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>잠시만 기다려 주세요</translation>
    </message>
</context>
<context>
    <name>Loop</name>
    <message>
        <source>The work in six pictures</source>
        <translation>그림 여섯 장으로 보는 작업</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>92 of 100 right</source>
        <translation>100장 가운데 92장 맞힘</translation>
    </message>
    <message>
        <source>Your label</source>
        <translation>내 레이블</translation>
    </message>
    <message>
        <source>The model says</source>
        <translation>모델의 답</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>폴더 열기</translation>
    </message>
    <message>
        <source>Drop a folder of pictures on the window. Nothing is ever written into it.</source>
        <translation>사진 폴더를 창에 끌어 놓습니다. 그 폴더에는 아무것도 쓰지 않습니다.</translation>
    </message>
    <message>
        <source>Label with a key</source>
        <translation>키로 레이블 지정</translation>
    </message>
    <message>
        <source>Each class has a key. Press it, and the picture has its label and is saved.</source>
        <translation>클래스마다 키가 있습니다. 누르면 사진에 레이블이 지정되고 저장됩니다.</translation>
    </message>
    <message>
        <source>Let it suggest</source>
        <translation>제안받기</translation>
    </message>
    <message>
        <source>It learns from every label at once and suggests the others. You only check them.</source>
        <translation>레이블을 지정할 때마다 배워서 나머지를 제안합니다. 확인만 하면 됩니다.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>One button makes a model in seconds and goes on to a better one. It says how good it is.</source>
        <translation>버튼 하나로 몇 초 만에 모델을 만들고 더 좋은 모델로 이어 갑니다. 얼마나 좋은지도 알려 줍니다.</translation>
    </message>
    <message>
        <source>Review the mistakes</source>
        <translation>오분류 검토</translation>
    </message>
    <message>
        <source>See each picture that it got wrong. Often the label is wrong: mend it, and train again.</source>
        <translation>틀린 사진을 하나씩 봅니다. 레이블이 틀린 때가 많습니다. 고치고 다시 학습합니다.</translation>
    </message>
    <message>
        <source>Sort new pictures</source>
        <translation>새 사진 정리</translation>
    </message>
    <message>
        <source>Give it any folder: it fills a table, or sorts the pictures into folders of their classes.</source>
        <translation>어떤 폴더든 주면 표를 채우거나 사진을 클래스별 폴더로 정리합니다.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Menu</source>
        <translation>메뉴</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>라이브러리</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>검토</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>분류</translation>
    </message>
    <message>
        <source>Open folder or project…</source>
        <translation>폴더나 프로젝트 열기…</translation>
    </message>
    <message>
        <source>Open recent…</source>
        <translation>최근 항목 열기…</translation>
    </message>
    <message>
        <source>Close project</source>
        <translation>프로젝트 닫기</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>실행 취소</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>다시 실행</translation>
    </message>
    <message>
        <source>All commands…</source>
        <translation>모든 명령…</translation>
    </message>
    <message>
        <source>Light or dark as the system has it</source>
        <translation>시스템 설정에 따라 밝게 또는 어둡게</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>밝게</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>어둡게</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>고대비</translation>
    </message>
    <message>
        <source>Colours that can be read more easily</source>
        <translation>더 쉽게 읽을 수 있는 색</translation>
    </message>
    <message>
        <source>Learn while labelling</source>
        <translation>레이블을 지정하는 동안 학습</translation>
    </message>
    <message>
        <source>Network for suggestions…</source>
        <translation>제안용 네트워크…</translation>
    </message>
    <message>
        <source>Help with a problem or an error</source>
        <translation>문제나 오류에 대한 도움말</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>도움말</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>안내서</translation>
    </message>
    <message>
        <source>Help: how it goes, keys, words</source>
        <translation>도움말: 작업 순서, 키, 용어</translation>
    </message>
    <message>
        <source>Take the tour on the sample</source>
        <translation>샘플로 둘러보기</translation>
    </message>
    <message>
        <source>Show the log folder</source>
        <translation>로그 폴더 보기</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>전체 화면</translation>
    </message>
    <message>
        <source>Check for a newer version</source>
        <translation>새 버전 확인</translation>
    </message>
    <message>
        <source>About Pigeonhole</source>
        <translation>Pigeonhole 정보</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>종료</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>화면 색상</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>Language of the system</source>
        <translation>시스템 언어</translation>
    </message>
    <message>
        <source>Open a folder of pictures or a project</source>
        <translation>사진 폴더나 프로젝트 열기</translation>
    </message>
    <message>
        <source>No project was open before.</source>
        <translation>전에 열었던 프로젝트가 없습니다.</translation>
    </message>
    <message>
        <source>Open recent project…</source>
        <translation>최근 프로젝트 열기…</translation>
    </message>
    <message>
        <source>You can look, but not change labels: {0}.</source>
        <translation>볼 수는 있지만 레이블을 바꿀 수는 없습니다: {0}.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Done: {0}</source>
        <translation>완료: {0}</translation>
    </message>
    <message>
        <source>Type a command…</source>
        <translation>명령을 입력하세요…</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>어디서나</translation>
    </message>
    <message>
        <source>The program learns while you label.</source>
        <translation>레이블을 지정하는 동안 프로그램이 학습합니다.</translation>
    </message>
    <message>
        <source>Nothing is learnt while you label.</source>
        <translation>레이블을 지정하는 동안 아무것도 학습하지 않습니다.</translation>
    </message>
    <message>
        <source>The language changes as soon as the work that is going on has ended.</source>
        <translation>진행 중인 작업이 끝나는 대로 언어가 바뀝니다.</translation>
    </message>
    <message>
        <source>{0} cannot be written: settings and results are in {1} until the machine restarts.</source>
        <translation>{0}에 쓸 수 없습니다. 컴퓨터를 다시 시작할 때까지 설정과 결과는 {1}에 있습니다.</translation>
    </message>
</context>
<context>
    <name>MapLegend</name>
    <message>
        <source>Legend</source>
        <translation>범례</translation>
    </message>
    <message>
        <source>{0}: choose its {1}</source>
        <translation>{0}: {1} 선택</translation>
    </message>
</context>
<context>
    <name>MapSection</name>
    <message>
        <source>Layout</source>
        <translation>배치</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>개요</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>군집</translation>
    </message>
    <message>
        <source>Details: principal component analysis (PCA), in a moment</source>
        <translation>자세히: 주성분 분석(PCA), 금방 됩니다</translation>
    </message>
    <message>
        <source>Details: t-SNE, which keeps neighbours together</source>
        <translation>자세히: 이웃을 함께 두는 t-SNE</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>레이블</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>예측</translation>
    </message>
    <message>
        <source>Mistakes</source>
        <translation>오분류</translation>
    </message>
    <message>
        <source>What colours and signs tell</source>
        <translation>색과 기호가 나타내는 것</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>올가미</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>이동</translation>
    </message>
    <message>
        <source>What the left button does</source>
        <translation>왼쪽 버튼이 하는 일</translation>
    </message>
    <message>
        <source>Chosen images</source>
        <translation>선택한 이미지</translation>
    </message>
    <message>
        <source>Draw a lasso around points, or choose a line above, to see the pictures.</source>
        <translation>점 둘레에 올가미를 그리거나 위의 줄을 고르면 사진이 보입니다.</translation>
    </message>
    <message>
        <source>Show in the gallery</source>
        <translation>갤러리에서 보기</translation>
    </message>
    <message>
        <source>Lay out the map</source>
        <translation>지도 배치</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Smaller map</source>
        <translation>지도 작게</translation>
    </message>
    <message>
        <source>Larger map</source>
        <translation>지도 크게</translation>
    </message>
    <message>
        <source>Show the whole map</source>
        <translation>지도 전체 보기</translation>
    </message>
    <message>
        <source>Save picture as PNG or SVG…</source>
        <translation>그림을 PNG나 SVG로 저장…</translation>
    </message>
    <message>
        <source>Save table as CSV…</source>
        <translation>표를 CSV로 저장…</translation>
    </message>
    <message>
        <source>Save the map</source>
        <translation>지도 저장</translation>
    </message>
    <message>
        <source>Other layout</source>
        <translation>다른 배치</translation>
    </message>
    <message>
        <source>Let colours tell something else</source>
        <translation>색이 다른 것을 나타내게 하기</translation>
    </message>
    <message>
        <source>Lasso or move</source>
        <translation>올가미 또는 이동</translation>
    </message>
    <message>
        <source>Choose all points</source>
        <translation>점 모두 선택</translation>
    </message>
    <message>
        <source>Show the chosen images in the gallery</source>
        <translation>선택한 이미지를 갤러리에서 보기</translation>
    </message>
    <message>
        <source>Lay out the map again</source>
        <translation>지도 다시 배치</translation>
    </message>
    <message>
        <source>Each image becomes a point; images with like features lie together, labelled or not. No run is needed: these are the features that suggestions are made of, laid out in a moment.</source>
        <translation>이미지마다 점이 됩니다. 레이블이 있든 없든 특징이 비슷한 이미지끼리 모입니다. 실행이 필요 없습니다. 제안에 쓰는 특징이며 금방 배치됩니다.</translation>
    </message>
    <message>
        <source>Each image becomes a point; images that the model sees alike lie together. The model looks at all images once, then the map takes a moment.</source>
        <translation>이미지마다 점이 됩니다. 모델이 비슷하게 보는 이미지끼리 모입니다. 모델이 모든 이미지를 한 번 보고 나면 지도는 금방 됩니다.</translation>
    </message>
    <message>
        <source>This layout keeps neighbours together and shows groups more clearly. It takes seconds for a thousand images and many minutes for fifty thousand; it can be stopped.</source>
        <translation>이 배치는 이웃을 함께 두고 군집을 더 뚜렷하게 보여 줍니다. 이미지 1,000개에 몇 초, 5만 개에는 몇 분이 넘게 걸리며 도중에 멈출 수 있습니다.</translation>
    </message>
    <message>
        <source>The images as a map</source>
        <translation>지도로 본 이미지</translation>
    </message>
    <message>
        <source>Looking at images…</source>
        <translation>이미지를 살펴보는 중…</translation>
    </message>
    <message>
        <source>recognised</source>
        <translation>맞힘</translation>
    </message>
    <message>
        <source>misclassified</source>
        <translation>오분류</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>판정 안 함</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>no prediction</source>
        <translation>예측 없음</translation>
    </message>
    <message>
        <source>{0} chosen</source>
        <translation>{0} 선택됨</translation>
    </message>
    <message>
        <source>{0} of the map</source>
        <translation>지도의 {0}</translation>
    </message>
    <message>
        <source>{0}, predicted {1}</source>
        <translation>{0}, 예측 {1}</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <source>Map of the images</source>
        <translation>이미지 지도</translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Look at it again later</source>
        <translation>나중에 다시 살펴보기</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>제외됨</translation>
    </message>
    <message>
        <source>Leave it out of training and of scores</source>
        <translation>학습과 점수에서 뺍니다</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>메모</translation>
    </message>
    <message>
        <source>Looked at</source>
        <translation>살펴봄</translation>
    </message>
    <message>
        <source>The label is right: let it check the model too</source>
        <translation>레이블이 맞으므로 모델 확인에도 쓰기</translation>
    </message>
    <message numerus="yes">
        <source>%Ln were accepted unseen</source>
        <translation>
            <numerusform>%Ln개를 보지 않고 수락함</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted unseen</source>
        <translation>보지 않고 수락함</translation>
    </message>
    <message>
        <source>Several notes</source>
        <translation>여러 메모</translation>
    </message>
</context>
<context>
    <name>MatrixPanel</name>
    <message>
        <source>Counts</source>
        <translation>개수</translation>
    </message>
    <message>
        <source>% of true</source>
        <translation>실제 기준 %</translation>
    </message>
    <message>
        <source>% of predicted</source>
        <translation>예측 기준 %</translation>
    </message>
    <message>
        <source>Order as given</source>
        <translation>주어진 순서</translation>
    </message>
    <message>
        <source>Similar together</source>
        <translation>비슷한 것끼리</translation>
    </message>
    <message>
        <source>Most errors first</source>
        <translation>오분류 많은 순</translation>
    </message>
    <message>
        <source>What cells show</source>
        <translation>칸에 표시할 것</translation>
    </message>
    <message>
        <source>Order of the classes</source>
        <translation>클래스의 순서</translation>
    </message>
    <message>
        <source>Confused only</source>
        <translation>혼동된 것만</translation>
    </message>
    <message>
        <source>Show only classes that are confused</source>
        <translation>혼동된 클래스만 보기</translation>
    </message>
    <message>
        <source>Show only classes with at least one mistake</source>
        <translation>오분류가 하나라도 있는 클래스만 보기</translation>
    </message>
    <message>
        <source>Smaller matrix</source>
        <translation>행렬 작게</translation>
    </message>
    <message>
        <source>Larger matrix</source>
        <translation>행렬 크게</translation>
    </message>
    <message>
        <source>Show the whole matrix</source>
        <translation>행렬 전체 보기</translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <source>{0} of {1}: too few to tell</source>
        <translation>{1}개 중 {0}개: 판단하기에 너무 적음</translation>
    </message>
</context>
<context>
    <name>MistakeGallery</name>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>모두 보기</translation>
    </message>
    <message>
        <source>Show all mistakes</source>
        <translation>모든 오분류 보기</translation>
    </message>
    <message>
        <source>Most confident</source>
        <translation>가장 확신한 순</translation>
    </message>
    <message>
        <source>By pair</source>
        <translation>쌍별</translation>
    </message>
    <message>
        <source>Most suspicious label</source>
        <translation>레이블이 의심되는 순</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>무작위</translation>
    </message>
    <message>
        <source>Order of the images</source>
        <translation>이미지의 순서</translation>
    </message>
    <message>
        <source>Show confirmed mistakes too</source>
        <translation>확정한 오분류도 보기</translation>
    </message>
    <message>
        <source>Also show mistakes whose label you confirmed</source>
        <translation>레이블을 확정한 오분류도 표시</translation>
    </message>
    <message>
        <source>Misclassified images</source>
        <translation>오분류된 이미지</translation>
    </message>
    <message>
        <source>Other pairs</source>
        <translation>그 밖의 쌍</translation>
    </message>
    <message>
        <source>{0} confirmed</source>
        <translation>확정 {0}</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>Return shows an image large; a class&apos;s key corrects its label</source>
        <translation>Enter를 누르면 이미지를 크게 보고, 클래스의 키를 누르면 레이블을 고칩니다</translation>
    </message>
    <message>
        <source>{0} selected; a class&apos;s key gives them that label</source>
        <translation>{0}개 선택됨. 클래스의 키를 누르면 그 레이블이 지정됩니다</translation>
    </message>
</context>
<context>
    <name>MistakeView</name>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>픽셀</translation>
    </message>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>{0}, recognised</source>
        <translation>{0}, 맞힘</translation>
    </message>
    <message>
        <source>Labelled {0}, predicted {1}</source>
        <translation>레이블 {0}, 예측 {1}</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>레이블</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>예측</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>분할</translation>
    </message>
    <message>
        <source>{0}, unseen in training</source>
        <translation>{0}, 학습에 쓰지 않음</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
</context>
<context>
    <name>MistakesSection</name>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Show image large</source>
        <translation>이미지 크게 보기</translation>
    </message>
    <message>
        <source>Show all mistakes</source>
        <translation>모든 오분류 보기</translation>
    </message>
    <message>
        <source>Select all images</source>
        <translation>이미지 모두 선택</translation>
    </message>
    <message>
        <source>Next order of the images</source>
        <translation>이미지의 다음 순서</translation>
    </message>
    <message>
        <source>Show or hide confirmed mistakes</source>
        <translation>확정한 오분류 보이기/숨기기</translation>
    </message>
    <message>
        <source>Matrix: counts or per cent</source>
        <translation>행렬: 개수 또는 퍼센트</translation>
    </message>
    <message>
        <source>Matrix: next order of the classes</source>
        <translation>행렬: 클래스의 다음 순서</translation>
    </message>
    <message>
        <source>Matrix: only the confused classes</source>
        <translation>행렬: 혼동된 클래스만</translation>
    </message>
    <message>
        <source>Save the matrix as picture…</source>
        <translation>행렬을 그림으로 저장…</translation>
    </message>
    <message>
        <source>Save the matrix as CSV…</source>
        <translation>행렬을 CSV로 저장…</translation>
    </message>
    <message>
        <source>Save the list of images as CSV…</source>
        <translation>이미지 목록을 CSV로 저장…</translation>
    </message>
</context>
<context>
    <name>ModelBox</name>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>아직 모델 없음</translation>
    </message>
    <message>
        <source>Choose a model file…</source>
        <translation>모델 파일 선택…</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>모델 선택</translation>
    </message>
    <message>
        <source>Models (*.onnx);;All files (*)</source>
        <translation>모델 (*.onnx);;모든 파일 (*)</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Models to take the mean with</source>
        <translation>평균을 낼 모델</translation>
    </message>
    <message>
        <source>Use several models at once</source>
        <translation>여러 모델 함께 사용</translation>
    </message>
    <message>
        <source>Use several models at once: the mean of their probabilities counts</source>
        <translation>여러 모델을 함께 사용합니다. 확률의 평균으로 답합니다</translation>
    </message>
</context>
<context>
    <name>ModelOfLabels</name>
    <message>
        <source>Label some images of two classes first; then a model can be made.</source>
        <translation>먼저 두 클래스의 이미지 몇 개에 레이블을 지정하세요. 그러면 모델을 만들 수 있습니다.</translation>
    </message>
    <message>
        <source>Making a model of the labels</source>
        <translation>레이블로 모델을 만드는 중</translation>
    </message>
</context>
<context>
    <name>NearDuplicates</name>
    <message>
        <source>Looking for check images that look like training images</source>
        <translation>학습 이미지와 닮은 확인용 이미지를 찾는 중</translation>
    </message>
    <message>
        <source>Not looked to the end.</source>
        <translation>끝까지 살펴보지 않았습니다.</translation>
    </message>
    <message>
        <source>Only about {0} % of the validation images look almost like one that is trained on.</source>
        <translation>검증 이미지의 약 {0}%만 학습 이미지와 거의 같아 보입니다.</translation>
    </message>
    <message>
        <source>{0} groups of near-duplicates are kept together now; {1} images changed their split.</source>
        <translation>거의 같은 이미지 그룹 {0}개를 이제 함께 둡니다. 이미지 {1}개의 분할이 바뀌었습니다.</translation>
    </message>
</context>
<context>
    <name>NearDuplicatesNotice</name>
    <message>
        <source>Keep near-duplicates together</source>
        <translation>거의 같은 이미지 함께 두기</translation>
    </message>
    <message>
        <source>Near-duplicates become groups, and training and validation are divided anew by group. Undo: {0}</source>
        <translation>거의 같은 이미지를 그룹으로 묶고, 학습과 검증을 그룹별로 새로 나눕니다. 실행 취소: {0}</translation>
    </message>
    <message>
        <source>Look for near-duplicates</source>
        <translation>거의 같은 이미지 찾기</translation>
    </message>
    <message>
        <source>Label more pictures</source>
        <translation>사진에 레이블 더 지정</translation>
    </message>
    <message>
        <source>About {0} % of the validation images look almost like one that is trained on: validation will promise more than new pictures hold.</source>
        <translation>검증 이미지의 약 {0}%가 학습 이미지와 거의 같아 보입니다. 검증 결과가 새 사진에서보다 좋게 나옵니다.</translation>
    </message>
    <message>
        <source>Kept together, {0} % would.</source>
        <translation>함께 두면 {0}%가 됩니다.</translation>
    </message>
    <message>
        <source>“{0}” stays as it is: its pictures are nearly all alike, and would leave one to learn from. Label others of it.</source>
        <translation>“{0}” 클래스는 그대로 둡니다. 사진이 거의 모두 비슷해 학습할 사진이 한 장만 남게 됩니다. 이 클래스의 다른 사진에 레이블을 지정하세요.</translation>
    </message>
    <message numerus="yes">
        <source>“{0}” and %Ln more class(es) stay as they are: their pictures are nearly all alike, and would leave one to learn from. Label others of them.</source>
        <translation>
            <numerusform>“{0}” 외 클래스 %Ln개는 그대로 둡니다. 사진이 거의 모두 비슷해 학습할 사진이 한 장만 남게 됩니다. 이 클래스들의 다른 사진에 레이블을 지정하세요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Label more of {0}</source>
        <translation>{0} 사진에 레이블 더 지정</translation>
    </message>
    <message>
        <source>It is not known yet whether near-duplicates stand on both sides of the split.</source>
        <translation>거의 같은 이미지가 분할의 양쪽에 있는지 아직 알 수 없습니다.</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>Looking for near-duplicates: {0}</source>
        <translation>거의 같은 이미지를 찾는 중: {0}</translation>
    </message>
</context>
<context>
    <name>NearestImages</name>
    <message>
        <source>Nearest training pictures</source>
        <translation>가장 가까운 학습 사진</translation>
    </message>
    <message>
        <source>Show them in the gallery</source>
        <translation>갤러리에서 보기</translation>
    </message>
    <message>
        <source>Nearest training pictures of the label</source>
        <translation>레이블 클래스의 가장 가까운 학습 사진</translation>
    </message>
    <message>
        <source>Nearest training pictures of the predicted class</source>
        <translation>예측된 클래스의 가장 가까운 학습 사진</translation>
    </message>
    <message>
        <source>Look at the {0} that the run learnt from</source>
        <translation>실행이 학습한 {0} 살펴보기</translation>
    </message>
    <message>
        <source>Labelled {0}</source>
        <translation>레이블 {0}</translation>
    </message>
    <message>
        <source>Predicted {0}</source>
        <translation>예측 {0}</translation>
    </message>
    <message>
        <source>{0}: the run learnt from none</source>
        <translation>{0}: 실행이 학습한 것이 없음</translation>
    </message>
    <message>
        <source>Looking at the training pictures…</source>
        <translation>학습 사진을 살펴보는 중…</translation>
    </message>
    <message>
        <source>Looking at the training pictures</source>
        <translation>학습 사진을 살펴보는 중</translation>
    </message>
</context>
<context>
    <name>Network</name>
    <message>
        <source>3 {0} thousand;6 {0} million;9 {0} billion</source>
        <translation>4 {0}만;8 {0}억;12 {0}조</translation>
    </message>
</context>
<context>
    <name>NetworkView</name>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>학습할 매개변수</translation>
    </message>
    <message>
        <source>Multiply-adds per image</source>
        <translation>이미지당 곱셈-덧셈</translation>
    </message>
    <message>
        <source>Steps per epoch</source>
        <translation>에포크당 스텝</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>층</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>종류</translation>
    </message>
    <message>
        <source>Output shape</source>
        <translation>출력 형태</translation>
    </message>
    <message>
        <source>Layers of the network</source>
        <translation>네트워크의 층</translation>
    </message>
    <message>
        <source>The network is looked at when a project is open.</source>
        <translation>프로젝트가 열려 있으면 네트워크를 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>Building the network…</source>
        <translation>네트워크를 만드는 중…</translation>
    </message>
    <message>
        <source>The network can be looked at when the training has ended.</source>
        <translation>학습이 끝나면 네트워크를 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>{0} classes</source>
        <translation>클래스 {0}개</translation>
    </message>
    <message>
        <source>batches of {0}</source>
        <translation>배치 크기 {0}</translation>
    </message>
    <message>
        <source>all of them</source>
        <translation>전부</translation>
    </message>
    <message>
        <source>{0} of them</source>
        <translation>그중 {0}</translation>
    </message>
</context>
<context>
    <name>NoResults</name>
    <message>
        <source>Train a model</source>
        <translation>모델 학습</translation>
    </message>
    <message>
        <source>Show earlier predictions…</source>
        <translation>이전 예측 보기…</translation>
    </message>
    <message>
        <source>Drop folders, pictures or archives here</source>
        <translation>폴더, 사진, 압축 파일을 여기에 놓으세요</translation>
    </message>
    <message>
        <source>Every image in them gets a class. No file is moved or changed.</source>
        <translation>그 안의 모든 이미지에 클래스가 정해집니다. 파일은 옮기거나 바꾸지 않습니다.</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>준비됨</translation>
    </message>
    <message>
        <source>Press Classify; the pictures appear here with what they are.</source>
        <translation>‘분류’를 누르면 사진과 그 클래스가 여기에 나타납니다.</translation>
    </message>
    <message>
        <source>What is in your pictures?</source>
        <translation>사진에 무엇이 있나요?</translation>
    </message>
    <message>
        <source>You need a model first: train one, or choose a model file above.</source>
        <translation>먼저 모델이 필요합니다. 모델을 학습하거나 위에서 모델 파일을 선택하세요.</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice</source>
        <translation>알림</translation>
    </message>
</context>
<context>
    <name>NumberRange</name>
    <message>
        <source>{0}, from</source>
        <translation>{0}, 최소</translation>
    </message>
    <message>
        <source>{0}, to</source>
        <translation>{0}, 최대</translation>
    </message>
</context>
<context>
    <name>OlderModel</name>
    <message>
        <source>Classify again</source>
        <translation>다시 분류</translation>
    </message>
    <message>
        <source>Classify again with the chosen model</source>
        <translation>선택한 모델로 다시 분류</translation>
    </message>
    <message>
        <source>These results are of “{0}”. Chosen now: “{1}”.</source>
        <translation>이 결과는 “{0}” 모델의 것입니다. 지금 선택한 모델: “{1}”.</translation>
    </message>
</context>
<context>
    <name>OptionGroup</name>
    <message>
        <source>{0} changed</source>
        <translation>{0} 바뀜</translation>
    </message>
    <message>
        <source>Fold “{0}”</source>
        <translation>“{0}” 접기</translation>
    </message>
    <message>
        <source>Unfold “{0}”</source>
        <translation>“{0}” 펼치기</translation>
    </message>
</context>
<context>
    <name>OptionsBar</name>
    <message>
        <source>Mirror images too</source>
        <translation>좌우 반전도 사용</translation>
    </message>
    <message>
        <source>Unsure below</source>
        <translation>불확실 기준</translation>
    </message>
    <message>
        <source>An image is unsure if no class is as likely as this</source>
        <translation>가능성이 이보다 높은 클래스가 없으면 불확실한 이미지입니다</translation>
    </message>
    <message>
        <source>Threshold from Review</source>
        <translation>검토의 임계값</translation>
    </message>
    <message>
        <source>Classes to name for each image</source>
        <translation>이미지마다 표시할 클래스 수</translation>
    </message>
    <message>
        <source>How many of the likeliest classes each image gets, with their probabilities</source>
        <translation>이미지마다 가장 가능성 높은 클래스를 몇 개까지 확률과 함께 표시할지</translation>
    </message>
    <message>
        <source>Watch for new files</source>
        <translation>새 파일 지켜보기</translation>
    </message>
    <message>
        <source>Begins at once, stays, and classifies new files of the folders as they come, until you stop</source>
        <translation>바로 시작하고, 중지할 때까지 폴더에 새로 들어오는 파일을 분류합니다</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>상위</translation>
    </message>
    <message>
        <source>The mean over each image and its mirror image: often a little better, half as fast</source>
        <translation>이미지와 좌우 반전 이미지의 평균을 냅니다. 대개 조금 더 낫고 속도는 절반입니다</translation>
    </message>
    <message>
        <source>The model did not learn from mirrored images; a mirrored sign or letter is another one</source>
        <translation>이 모델은 반전한 이미지로 학습하지 않았습니다. 반전한 표지판이나 글자는 다른 것입니다</translation>
    </message>
    <message>
        <source>from Review</source>
        <translation>검토에서</translation>
    </message>
    <message>
        <source>Review says {0} %</source>
        <translation>검토에서는 {0}%</translation>
    </message>
    <message>
        <source>Chosen in Review: from {0} on, {1} of the answers were right, and {2} of the images had one</source>
        <translation>검토에서 선택: {0} 이상에서 이미지의 {2}에 답했고, 답의 정확도는 {1}였습니다</translation>
    </message>
</context>
<context>
    <name>OptionsForm</name>
    <message>
        <source>Only without “{0}”, or with one of {1}.</source>
        <translation>“{0}” 옵션을 쓰지 않거나 {1} 중 하나를 쓸 때만.</translation>
    </message>
    <message>
        <source>Only without “{0}”.</source>
        <translation>“{0}” 옵션을 쓰지 않을 때만.</translation>
    </message>
    <message>
        <source>Only with “{0}”.</source>
        <translation>“{0}” 옵션을 쓸 때만.</translation>
    </message>
    <message>
        <source>Only with {0}: {1}.</source>
        <translation>{0}: {1}일 때만.</translation>
    </message>
    <message>
        <source>Back to the recipe&apos;s value: {0}</source>
        <translation>레시피의 값으로 되돌리기: {0}</translation>
    </message>
    <message>
        <source>Find an option</source>
        <translation>옵션 찾기</translation>
    </message>
    <message>
        <source>No option is called so.</source>
        <translation>그런 이름의 옵션이 없습니다.</translation>
    </message>
    <message>
        <source>Common</source>
        <translation>자주 쓰는 옵션</translation>
    </message>
    <message>
        <source>All options</source>
        <translation>모든 옵션</translation>
    </message>
    <message>
        <source>Show only what is changed often</source>
        <translation>자주 바꾸는 것만 보기</translation>
    </message>
    <message>
        <source>Show {0} more options</source>
        <translation>옵션 {0}개 더 보기</translation>
    </message>
</context>
<context>
    <name>Orders</name>
    <message>
        <source>A training runs already: stop it, or wait for its end.</source>
        <translation>이미 학습 중입니다. 중지하거나 끝날 때까지 기다리세요.</translation>
    </message>
    <message>
        <source>Training now starts with the weights of “{0}”, at a tenth of its rate.</source>
        <translation>이제 학습은 “{0}”의 가중치에서, 그 학습률의 10분의 1로 시작합니다.</translation>
    </message>
    <message>
        <source>The options are now those of “{0}”.</source>
        <translation>이제 옵션은 “{0}”의 것입니다.</translation>
    </message>
</context>
<context>
    <name>OutputBar</name>
    <message>
        <source>Save CSV…</source>
        <translation>CSV 저장…</translation>
    </message>
    <message>
        <source>Sort into folders…</source>
        <translation>폴더로 정리…</translation>
    </message>
    <message>
        <source>Add to project…</source>
        <translation>프로젝트에 추가…</translation>
    </message>
    <message>
        <source>Save in another form</source>
        <translation>다른 형식으로 저장</translation>
    </message>
    <message>
        <source>Save as JSON lines, Parquet, a submission or a summary page</source>
        <translation>JSON Lines, Parquet, 제출 파일, 요약 페이지로 저장</translation>
    </message>
    <message>
        <source>Save the predictions</source>
        <translation>예측 저장</translation>
    </message>
    <message>
        <source>{0}. New files are sorted the same way.</source>
        <translation>{0}. 새 파일도 같은 방식으로 정리합니다.</translation>
    </message>
</context>
<context>
    <name>OutputJobs</name>
    <message>
        <source>Images are being saved, sorted or added now; wait for the end, or stop it first.</source>
        <translation>지금 이미지를 저장·정리·추가하는 중입니다. 끝날 때까지 기다리거나 먼저 중지하세요.</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>저장하는 중</translation>
    </message>
    <message>
        <source>Sorting</source>
        <translation>정리하는 중</translation>
    </message>
    <message>
        <source>Undoing the sorting</source>
        <translation>정리를 되돌리는 중</translation>
    </message>
    <message>
        <source>This project is open read-only here; close the other window to add images.</source>
        <translation>이 프로젝트는 여기서 읽기 전용으로 열려 있습니다. 이미지를 추가하려면 다른 창을 닫으세요.</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>분류</translation>
    </message>
    <message>
        <source>Adding to the project</source>
        <translation>프로젝트에 추가하는 중</translation>
    </message>
    <message>
        <source>Stopped. {0}</source>
        <translation>중지했습니다. {0}</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>중지했습니다.</translation>
    </message>
    <message>
        <source>The sorting ended early; what was sorted can be undone</source>
        <translation>정리가 일찍 끝났습니다. 정리된 것은 되돌릴 수 있습니다</translation>
    </message>
    <message>
        <source>Saved: {0}</source>
        <translation>저장됨: {0}</translation>
    </message>
    <message>
        <source>{0}; {1} without an answer, as the model does not know your class</source>
        <translation>{0}; 모델이 그 클래스를 몰라 {1}는 답이 없음</translation>
    </message>
    <message>
        <source>{0} sorted into {1}</source>
        <translation>{1} 폴더로 {0}를 정리함</translation>
    </message>
    <message>
        <source>{0} put back</source>
        <translation>{0}를 되돌려 놓음</translation>
    </message>
    <message numerus="yes">
        <source>%Ln copy(s) removed; your files are where they were</source>
        <translation>
            <numerusform>복사본 %Ln개를 지움; 원래 파일은 그대로 있음</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln link(s) removed; your files are where they were</source>
        <translation>
            <numerusform>링크 %Ln개를 지움; 원래 파일은 그대로 있음</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}; {1} left where they are ({2})</source>
        <translation>{0}; {1}개는 그대로 둠({2})</translation>
    </message>
    <message>
        <source>{0} added to the project</source>
        <translation>{0}를 프로젝트에 추가함</translation>
    </message>
    <message>
        <source>{0} with a label</source>
        <translation>레이블 포함 {0}개</translation>
    </message>
    <message>
        <source>{0} with a suggestion</source>
        <translation>제안 포함 {0}개</translation>
    </message>
    <message numerus="yes">
        <source>%Ln keep the other label(s) that they have there</source>
        <translation>
            <numerusform>%Ln개는 프로젝트에 있던 다른 레이블을 유지함</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} left out, as they are in archives or gone</source>
        <translation>{0}개는 압축 파일 안에 있거나 없어져서 제외됨</translation>
    </message>
    <message>
        <source>{0} not looked at yet</source>
        <translation>{0}개는 아직 살펴보지 않음</translation>
    </message>
</context>
<context>
    <name>Overfitting</name>
    <message>
        <source>Nothing is held out: how well it does on new images cannot be told.</source>
        <translation>따로 둔 이미지가 없어 새 이미지에서 얼마나 잘하는지 알 수 없습니다.</translation>
    </message>
    <message>
        <source>Overfitting: since epoch {0} the validation loss rises while the training loss falls.</source>
        <translation>과적합: 에포크 {0}부터 학습 손실은 줄지만 검증 손실은 늘어납니다.</translation>
    </message>
    <message>
        <source>At epoch {0} training and validation agree within {1} points.</source>
        <translation>에포크 {0}에서 학습과 검증의 차이는 {1}%p 이내입니다.</translation>
    </message>
    <message>
        <source>At epoch {0} training is {1} points more accurate than validation.</source>
        <translation>에포크 {0}에서 학습 정확도가 검증보다 {1}%p 높습니다.</translation>
    </message>
    <message>
        <source>At epoch {0} validation is {1} points more accurate than training, whose images vary.</source>
        <translation>에포크 {0}에서 검증 정확도가 학습보다 {1}%p 높습니다(학습 이미지는 변형함).</translation>
    </message>
</context>
<context>
    <name>PaceCharts</name>
    <message>
        <source>learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>images/s</source>
        <translation>이미지/초</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>Images per second</source>
        <translation>초당 이미지</translation>
    </message>
    <message>
        <source>best: epoch {0}</source>
        <translation>최고: 에포크 {0}</translation>
    </message>
</context>
<context>
    <name>PageActions</name>
    <message>
        <source>Choose folder to classify…</source>
        <translation>분류할 폴더 선택…</translation>
    </message>
    <message>
        <source>Choose pictures or archives to classify…</source>
        <translation>분류할 사진이나 압축 파일 선택…</translation>
    </message>
    <message>
        <source>Paste a picture or files</source>
        <translation>사진이나 파일 붙여넣기</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>분류</translation>
    </message>
    <message>
        <source>Go on where it stopped</source>
        <translation>멈춘 곳에서 계속</translation>
    </message>
    <message>
        <source>Stop classifying</source>
        <translation>분류 중지</translation>
    </message>
    <message>
        <source>Earlier predictions…</source>
        <translation>이전 예측…</translation>
    </message>
    <message>
        <source>Undo sorting…</source>
        <translation>정리 되돌리기…</translation>
    </message>
    <message>
        <source>Export the model…</source>
        <translation>모델 내보내기…</translation>
    </message>
    <message>
        <source>Save CSV…</source>
        <translation>CSV 저장…</translation>
    </message>
    <message>
        <source>Save JSON lines…</source>
        <translation>JSON Lines 저장…</translation>
    </message>
    <message>
        <source>Save Parquet…</source>
        <translation>Parquet 저장…</translation>
    </message>
    <message>
        <source>Save as a submission…</source>
        <translation>제출 파일로 저장…</translation>
    </message>
    <message>
        <source>Save as {0}…</source>
        <translation>{0} 형식으로 저장…</translation>
    </message>
    <message>
        <source>Save a summary page…</source>
        <translation>요약 페이지 저장…</translation>
    </message>
    <message>
        <source>Sort into folders…</source>
        <translation>폴더로 정리…</translation>
    </message>
    <message>
        <source>Add to a project…</source>
        <translation>프로젝트에 추가…</translation>
    </message>
    <message>
        <source>Show image large</source>
        <translation>이미지 크게 보기</translation>
    </message>
    <message>
        <source>Larger pictures</source>
        <translation>사진 크게</translation>
    </message>
    <message>
        <source>Smaller pictures</source>
        <translation>사진 작게</translation>
    </message>
    <message>
        <source>Label as…</source>
        <translation>레이블 지정…</translation>
    </message>
    <message>
        <source>Confirm the prediction</source>
        <translation>예측 확정</translation>
    </message>
    <message>
        <source>Take the correction back</source>
        <translation>수정 취소</translation>
    </message>
    <message>
        <source>Select all images</source>
        <translation>이미지 모두 선택</translation>
    </message>
    <message>
        <source>Show the next kind of predictions</source>
        <translation>다음 종류의 예측 보기</translation>
    </message>
</context>
<context>
    <name>Plan</name>
    <message>
        <source>Up to {0} where a second way promises more.</source>
        <translation>두 번째 방법이 더 나아 보이면 최대 {0} 걸립니다.</translation>
    </message>
    <message>
        <source>No label has changed since the last training.</source>
        <translation>마지막 학습 뒤로 바뀐 레이블이 없습니다.</translation>
    </message>
    <message>
        <source>No picture of {0} has a label yet: it will take each of them for something else.</source>
        <translation>{0}의 사진 가운데 레이블이 있는 것이 아직 없습니다. 모델은 그런 사진을 모두 다른 것으로 볼 것입니다.</translation>
    </message>
    <message>
        <source>From a first look, {0} to {1} of 100 should be right.</source>
        <translation>먼저 훑어본 결과, 100장 중 {0}~{1}장이 맞을 것입니다.</translation>
    </message>
    <message>
        <source>From a first look, about {0} of 100 should be right.</source>
        <translation>먼저 훑어본 결과, 100장 중 약 {0}장이 맞을 것입니다.</translation>
    </message>
    <message>
        <source>Of the next model, from a first look, {0} to {1} of 100 should be right.</source>
        <translation>먼저 훑어본 결과, 다음 모델은 100장 중 {0}~{1}장을 맞힐 것입니다.</translation>
    </message>
    <message>
        <source>But about {0} % of the images that check have look-alikes among those learnt from: the figure may be too good.</source>
        <translation>하지만 확인용 이미지의 약 {0}%는 학습한 것 중에 닮은 이미지가 있어 수치가 실제보다 좋을 수 있습니다.</translation>
    </message>
    <message>
        <source>How many it will get right cannot be told yet: the pictures with a label are not like those without.</source>
        <translation>몇 장을 맞힐지는 아직 알 수 없습니다. 레이블 있는 사진이 레이블 없는 사진과 비슷하지 않습니다.</translation>
    </message>
    <message>
        <source>They are too few to say how many it will get right.</source>
        <translation>수가 너무 적어 몇 장을 맞힐지 말할 수 없습니다.</translation>
    </message>
    <message>
        <source>Taking longer often gets a few more right; Stop keeps the best so far.</source>
        <translation>더 오래 학습하면 오분류가 조금 줄어들 때가 많습니다. 중지하면 지금까지 가장 좋은 모델이 남습니다.</translation>
    </message>
    <message>
        <source>Suggested, as the images are small and grey.</source>
        <translation>이미지가 작은 회색조라서 추천합니다.</translation>
    </message>
    <message>
        <source>Suggested, as the images are small and coloured.</source>
        <translation>이미지가 작은 컬러라서 추천합니다.</translation>
    </message>
    <message>
        <source>Suggested, as the images are as large as photographs.</source>
        <translation>이미지가 사진만큼 커서 추천합니다.</translation>
    </message>
    <message>
        <source>Learns from {0} pictures of {1} classes, and checks with {2} others.</source>
        <translation>클래스 {1}개의 사진 {0}장으로 학습하고, 다른 {2}장으로 확인합니다.</translation>
    </message>
    <message>
        <source>Learns from {0} pictures of {1} classes.</source>
        <translation>클래스 {1}개의 사진 {0}장으로 학습합니다.</translation>
    </message>
    <message>
        <source>A first model is there within seconds.</source>
        <translation>첫 모델은 몇 초 안에 나옵니다.</translation>
    </message>
    <message>
        <source>Takes less than half a minute.</source>
        <translation>30초도 걸리지 않습니다.</translation>
    </message>
    <message>
        <source>Takes about a minute; a first model is there within seconds.</source>
        <translation>약 1분 걸리며, 첫 모델은 몇 초 안에 나옵니다.</translation>
    </message>
    <message>
        <source>Takes about {0}; a first model is there within seconds.</source>
        <translation>약 {0} 걸리며, 첫 모델은 몇 초 안에 나옵니다.</translation>
    </message>
</context>
<context>
    <name>PlanLine</name>
    <message>
        <source>Let the pictures choose</source>
        <translation>사진에 맞게 자동 선택</translation>
    </message>
    <message>
        <source>Take longer</source>
        <translation>더 오래 학습</translation>
    </message>
    <message>
        <source>Trains another network after the suggested way, and tries both together. The better model takes over; what was trained so already is not trained again.</source>
        <translation>제안된 방식 다음에 네트워크를 하나 더 학습하고, 둘을 합친 것도 시험합니다. 더 나은 모델이 이어받습니다. 이미 그렇게 학습한 것은 다시 학습하지 않습니다.</translation>
    </message>
    <message>
        <source>Trains “{0}”, as you chose.</source>
        <translation>선택한 대로 “{0}” 레시피로 학습합니다.</translation>
    </message>
    <message numerus="yes">
        <source>Trains “{0}” with %Ln option(s) changed.</source>
        <translation>
            <numerusform>옵션 %Ln개를 바꿔 “{0}” 레시피로 학습합니다.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewGrid</name>
    <message>
        <source>Preview of the augmentation</source>
        <translation>데이터 증강 미리 보기</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>원본 그대로</translation>
    </message>
</context>
<context>
    <name>ProblemBar</name>
    <message>
        <source>Reason</source>
        <translation>이유</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>파일 관리자에서 보기</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>다시 확인</translation>
    </message>
    <message>
        <source>Check the problems again</source>
        <translation>문제를 다시 확인</translation>
    </message>
    <message>
        <source>Look at the selected files once more, or at all of them</source>
        <translation>선택한 파일, 또는 모든 파일을 한 번 더 살펴봅니다</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cannot be used</source>
        <translation>
            <numerusform>파일 %Ln개를 쓸 수 없습니다</numerusform>
        </translation>
    </message>
    <message>
        <source>Every file can be used.</source>
        <translation>모든 파일을 쓸 수 있습니다.</translation>
    </message>
    <message>
        <source>Every reason</source>
        <translation>모든 이유</translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message>
        <source>Files that cannot be read</source>
        <translation>읽을 수 없는 파일</translation>
    </message>
    <message>
        <source>path</source>
        <translation>경로</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>이유</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Show it</source>
        <translation>보기</translation>
    </message>
    <message>
        <source>Show the training that runs</source>
        <translation>실행 중인 학습 보기</translation>
    </message>
    <message>
        <source>{0} is in training</source>
        <translation>{0} 학습 중</translation>
    </message>
    <message>
        <source>{0} is in training in the project “{1}”</source>
        <translation>프로젝트 “{1}”에서 {0} 학습 중</translation>
    </message>
    <message>
        <source>Fold {0} of {1}</source>
        <translation>폴드 {0}/{1}</translation>
    </message>
    <message>
        <source>Epoch {0} of {1}</source>
        <translation>에포크 {0}/{1}</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Progress</source>
        <translation>진행률</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>중지하는 중…</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>페이지</translation>
    </message>
</context>
<context>
    <name>RatioBar</name>
    <message>
        <source>Shares of the splits</source>
        <translation>분할의 비율</translation>
    </message>
    <message>
        <source>{0} % training, {1} % check images, {2} % test</source>
        <translation>학습 {0}%, 확인용 이미지 {1}%, 테스트 {2}%</translation>
    </message>
    <message>
        <source>check images</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>test</source>
        <translation>테스트</translation>
    </message>
</context>
<context>
    <name>Readiness</name>
    <message>
        <source>{0} % of the images whose label somebody has looked at will be held out for validation; {1} accepted unseen are trained on.</source>
        <translation>레이블을 살펴본 이미지의 {0}%를 검증용으로 따로 두고, 보지 않고 수락한 {1}개로는 학습합니다.</translation>
    </message>
    <message>
        <source>{0} % of the training images will be held out for validation.</source>
        <translation>학습 이미지의 {0}%를 검증용으로 따로 둡니다.</translation>
    </message>
    <message>
        <source>“{0}” has a single training image; label more to have it recognised.</source>
        <translation>“{0}” 클래스의 학습 이미지가 하나뿐입니다. 모델이 맞히게 하려면 레이블을 더 지정하세요.</translation>
    </message>
    <message>
        <source>“{0}” and “{1}” have a single training image each; label more to have them recognised.</source>
        <translation>“{0}”, “{1}” 클래스의 학습 이미지가 하나씩뿐입니다. 모델이 맞히게 하려면 레이블을 더 지정하세요.</translation>
    </message>
    <message>
        <source>“{0}” and {2} more classes have a single training image; label more to have them recognised.</source>
        <translation>“{0}” 외 클래스 {2}개의 학습 이미지가 하나뿐입니다. 모델이 맞히게 하려면 레이블을 더 지정하세요.</translation>
    </message>
    <message>
        <source>No run can be kept here: {0} cannot be written. Copy the project to another place to train.</source>
        <translation>{0}에 쓸 수 없어 실행을 저장할 수 없습니다. 학습하려면 프로젝트를 다른 곳으로 복사하세요.</translation>
    </message>
</context>
<context>
    <name>Rechecking</name>
    <message>
        <source>None of these files can be reached now.</source>
        <translation>지금은 이 파일들에 접근할 수 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>None of the %Ln file(s) can be used yet.</source>
        <translation>
            <numerusform>파일 %Ln개 중 아직 쓸 수 있는 것이 없습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>It can be used now.</source>
        <translation>이제 쓸 수 있습니다.</translation>
    </message>
    <message>
        <source>{0} can be used now.</source>
        <translation>이제 {0}를 쓸 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>RecipeChoice</name>
    <message>
        <source>Recipe</source>
        <translation>레시피</translation>
    </message>
    <message>
        <source>Chosen by the pictures</source>
        <translation>사진에 맞게 선택</translation>
    </message>
    <message>
        <source>Ours</source>
        <translation>기본 제공</translation>
    </message>
    <message>
        <source>Those of the notebooks</source>
        <translation>노트북의 레시피</translation>
    </message>
    <message>
        <source>On the command line: {0}</source>
        <translation>명령줄에서: {0}</translation>
    </message>
</context>
<context>
    <name>ReliabilityDiagram</name>
    <message>
        <source>confidence</source>
        <translation>신뢰도</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>Accuracy by confidence</source>
        <translation>신뢰도별 정확도</translation>
    </message>
    <message>
        <source>from</source>
        <translation>하한</translation>
    </message>
    <message>
        <source>to</source>
        <translation>상한</translation>
    </message>
    <message>
        <source>images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>{0}: {1} sure on average, {2} right</source>
        <translation>{0}: 평균 확신도 {1}, {2} 맞음</translation>
    </message>
</context>
<context>
    <name>ReportButtons</name>
    <message>
        <source>Save report…</source>
        <translation>보고서 저장…</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>보고서 저장</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>보고서 열기</translation>
    </message>
    <message>
        <source>{0} is written after the report before it.</source>
        <translation>{0}: 앞 보고서 다음에 씁니다.</translation>
    </message>
    <message>
        <source>Scoring the run</source>
        <translation>실행을 채점하는 중</translation>
    </message>
    <message>
        <source>Predicting pictures</source>
        <translation>사진을 예측하는 중</translation>
    </message>
    <message>
        <source>Report saved: {0}</source>
        <translation>보고서 저장됨: {0}</translation>
    </message>
</context>
<context>
    <name>Rescanning</name>
    <message>
        <source>Everything is as it was.</source>
        <translation>모든 것이 전과 같습니다.</translation>
    </message>
    <message>
        <source>{0} new</source>
        <translation>새로 생김 {0}개</translation>
    </message>
    <message>
        <source>{0} changed</source>
        <translation>바뀜 {0}개</translation>
    </message>
    <message>
        <source>{0} moved</source>
        <translation>옮겨짐 {0}개</translation>
    </message>
    <message>
        <source>{0} missing</source>
        <translation>없어짐 {0}개</translation>
    </message>
    <message>
        <source>{0} back again</source>
        <translation>다시 찾음 {0}개</translation>
    </message>
    <message>
        <source>{0} cannot be reached</source>
        <translation>{0}에 접근할 수 없음</translation>
    </message>
    <message>
        <source>Files: {0}</source>
        <translation>파일: {0}</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message>
        <source>Predicted classes</source>
        <translation>예측된 클래스</translation>
    </message>
    <message>
        <source>All</source>
        <translation>전체</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Unlike</source>
        <translation>전혀 다름</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>수정됨</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>문제</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>보기</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>순서</translation>
    </message>
    <message>
        <source>As they came</source>
        <translation>들어온 순</translation>
    </message>
    <message>
        <source>Least sure first</source>
        <translation>불확실한 순</translation>
    </message>
    <message>
        <source>Surest first</source>
        <translation>확실한 순</translation>
    </message>
    <message>
        <source>Classified images</source>
        <translation>분류된 이미지</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>신뢰도</translation>
    </message>
    <message>
        <source>Images of which no class is as likely as {0}</source>
        <translation>가능성이 {0} 이상인 클래스가 없는 이미지</translation>
    </message>
    <message>
        <source>Unsure {0}</source>
        <translation>불확실 {0}</translation>
    </message>
    <message>
        <source>Unlike anything {0}</source>
        <translation>전혀 다름 {0}</translation>
    </message>
    <message>
        <source>Images unlike anything that the model was trained on, whatever class it names</source>
        <translation>모델이 어떤 클래스라고 하든, 학습한 어떤 것과도 다른 이미지</translation>
    </message>
    <message>
        <source>Corrected {0}</source>
        <translation>수정됨 {0}</translation>
    </message>
    <message>
        <source>Images that you gave a class, or whose prediction you confirmed</source>
        <translation>클래스를 직접 지정했거나 예측을 확정한 이미지</translation>
    </message>
    <message>
        <source>Problems {0}</source>
        <translation>문제 {0}</translation>
    </message>
    <message>
        <source>{0} of class {1}</source>
        <translation>클래스 {1}의 {0}</translation>
    </message>
    <message>
        <source>{0}, less than {1} sure</source>
        <translation>{0}, 확신도 {1} 미만</translation>
    </message>
    <message>
        <source>{0}, unlike anything the model was trained on</source>
        <translation>{0}, 모델이 학습한 어떤 것과도 다름</translation>
    </message>
    <message>
        <source>{0}, {1} to {2} % sure</source>
        <translation>{0}, 확신도 {1}~{2}%</translation>
    </message>
    <message>
        <source>None is less than {0} sure.</source>
        <translation>확신도가 {0} 미만인 것이 없습니다.</translation>
    </message>
    <message>
        <source>None of these files can be read; Problems says why.</source>
        <translation>이 파일들은 모두 읽을 수 없습니다. ‘문제’에서 이유를 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>No image is like this; choose another class or confidence.</source>
        <translation>그런 이미지가 없습니다. 다른 클래스나 신뢰도를 고르세요.</translation>
    </message>
    <message>
        <source>The images appear here as they are classified.</source>
        <translation>분류되는 대로 이미지가 여기에 나타납니다.</translation>
    </message>
    <message>
        <source>unlike anything</source>
        <translation>전혀 다름</translation>
    </message>
    <message>
        <source>nearest: {0}, {1}</source>
        <translation>가까움: {0}, {1}</translation>
    </message>
    <message>
        <source>unsure, {0}</source>
        <translation>불확실, {0}</translation>
    </message>
    <message>
        <source>{0} sure</source>
        <translation>확신도 {0}</translation>
    </message>
    <message>
        <source>confirmed, {0}</source>
        <translation>확정됨, {0}</translation>
    </message>
    <message>
        <source>not {0}, {1}</source>
        <translation>{0} 아님, {1}</translation>
    </message>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>예측</translation>
    </message>
    <message>
        <source>Unlike anything it was trained on</source>
        <translation>학습한 어떤 것과도 다름</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
</context>
<context>
    <name>RetrainLine</name>
    <message>
        <source>Train again with the fixes</source>
        <translation>고친 것으로 다시 학습</translation>
    </message>
    <message>
        <source>The same recipe and options on the same split, with the current labels</source>
        <translation>같은 분할에서 같은 레시피와 옵션으로, 현재 레이블을 사용해 학습합니다</translation>
    </message>
    <message>
        <source>Show before and after</source>
        <translation>이전과 이후 보기</translation>
    </message>
    <message>
        <source>{0} Training again…</source>
        <translation>{0} 다시 학습하는 중…</translation>
    </message>
    <message>
        <source>Trained again with the fixes.</source>
        <translation>고친 것으로 다시 학습했습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>레이블 %Ln개 바뀜</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) added</source>
        <translation>
            <numerusform>이미지 %Ln개 추가됨</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) taken out</source>
        <translation>
            <numerusform>이미지 %Ln개 빠짐</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) in another split</source>
        <translation>
            <numerusform>이미지 %Ln개의 분할 바뀜</numerusform>
        </translation>
    </message>
    <message>
        <source>Since this run: {0}.</source>
        <translation>이 실행 이후: {0}.</translation>
    </message>
    <message>
        <source>{0} No training image changed: the model would be the same, only its score.</source>
        <translation>{0} 학습 이미지는 바뀌지 않았으므로 모델은 같고 점수만 달라집니다.</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Review</source>
        <translation>검토</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>보고서 저장…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Train a model</source>
        <translation>모델 학습</translation>
    </message>
    <message>
        <source>Evaluate now</source>
        <translation>지금 평가</translation>
    </message>
    <message>
        <source>Reading the predictions…</source>
        <translation>예측을 읽는 중…</translation>
    </message>
    <message>
        <source>This run cannot be reviewed</source>
        <translation>이 실행은 검토할 수 없습니다</translation>
    </message>
    <message>
        <source>No run to review yet</source>
        <translation>아직 검토할 실행이 없습니다</translation>
    </message>
    <message>
        <source>Nothing to review yet</source>
        <translation>아직 검토할 것이 없습니다</translation>
    </message>
    <message>
        <source>Train a model first; its scores and its mistakes appear here.</source>
        <translation>먼저 모델을 학습하세요. 점수와 오분류가 여기에 나타납니다.</translation>
    </message>
    <message>
        <source>Open a folder of images, label some, and train a model on them.</source>
        <translation>이미지 폴더를 열고 몇 개에 레이블을 지정한 뒤 모델을 학습하세요.</translation>
    </message>
    <message>
        <source>No run yet; these need none: {0}</source>
        <translation>아직 실행 없음. 실행 없이도 볼 수 있는 것: {0}</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>폴더 열기…</translation>
    </message>
</context>
<context>
    <name>ReviewWords</name>
    <message>
        <source>Test split</source>
        <translation>테스트 분할</translation>
    </message>
    <message>
        <source>Validation and test</source>
        <translation>검증과 테스트</translation>
    </message>
    <message>
        <source>Filter of the Library</source>
        <translation>라이브러리의 필터</translation>
    </message>
    <message>
        <source>{0} right</source>
        <translation>{0} 맞음</translation>
    </message>
    <message>
        <source>{0} misclassified</source>
        <translation>오분류 {0}개</translation>
    </message>
    <message>
        <source>Check images</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>{0} learnt from</source>
        <translation>학습함 {0}</translation>
    </message>
    <message>
        <source>{0} not labelled</source>
        <translation>레이블 없음 {0}</translation>
    </message>
    <message>
        <source>{0} excluded</source>
        <translation>제외 {0}</translation>
    </message>
    <message>
        <source>{0} accepted unseen</source>
        <translation>보지 않고 수락 {0}</translation>
    </message>
    <message>
        <source>{0} not predicted</source>
        <translation>예측 없음 {0}</translation>
    </message>
    <message>
        <source>Left out: {0}</source>
        <translation>제외됨: {0}</translation>
    </message>
    <message>
        <source>the run learnt from them: they would flatter it</source>
        <translation>실행이 학습한 이미지라 점수가 실제보다 좋아집니다</translation>
    </message>
    <message>
        <source>they have no label</source>
        <translation>레이블이 없습니다</translation>
    </message>
    <message>
        <source>they are excluded</source>
        <translation>제외되어 있습니다</translation>
    </message>
    <message>
        <source>nobody has looked at their labels yet</source>
        <translation>아직 아무도 레이블을 살펴보지 않았습니다</translation>
    </message>
    <message>
        <source>they have no prediction of this run yet</source>
        <translation>아직 이 실행의 예측이 없습니다</translation>
    </message>
</context>
<context>
    <name>RoundsChart</name>
    <message>
        <source>Accuracy over the rounds</source>
        <translation>회차별 정확도</translation>
    </message>
</context>
<context>
    <name>RoundsSection</name>
    <message>
        <source>Rounds</source>
        <translation>회차</translation>
    </message>
    <message>
        <source>There are no rounds yet</source>
        <translation>아직 회차가 없습니다</translation>
    </message>
    <message>
        <source>Details: McNemar&apos;s exact test beside the round before, p = {0}</source>
        <translation>자세히: 이전 회차와의 맥니마 정확 검정, p = {0}</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>회차</translation>
    </message>
    <message>
        <source>When</source>
        <translation>시각</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>맞음</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>Most likely between</source>
        <translation>예상 범위</translation>
    </message>
    <message>
        <source>The 95 % interval</source>
        <translation>95% 신뢰 구간</translation>
    </message>
    <message>
        <source>Learnt from</source>
        <translation>학습한 수</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>바뀐 것</translation>
    </message>
    <message>
        <source>Compared with before</source>
        <translation>이전과 비교</translation>
    </message>
    <message>
        <source>Comparing the runs…</source>
        <translation>실행을 비교하는 중…</translation>
    </message>
</context>
<context>
    <name>RoundsWords</name>
    <message>
        <source>▲ better</source>
        <translation>▲ 나아짐</translation>
    </message>
    <message>
        <source>▼ worse</source>
        <translation>▼ 나빠짐</translation>
    </message>
    <message>
        <source>≈ can&apos;t tell</source>
        <translation>≈ 알 수 없음</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0}~{1}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new picture(s)</source>
        <translation>
            <numerusform>새 사진 %Ln장</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>레이블 %Ln개 바뀜</numerusform>
        </translation>
    </message>
    <message>
        <source>another recipe</source>
        <translation>다른 레시피</translation>
    </message>
    <message>
        <source>other options</source>
        <translation>다른 옵션</translation>
    </message>
    <message>
        <source>The newest is better than the one before.</source>
        <translation>가장 최근 회차가 이전 회차보다 낫습니다.</translation>
    </message>
    <message>
        <source>The newest is worse than the one before.</source>
        <translation>가장 최근 회차가 이전 회차보다 나쁩니다.</translation>
    </message>
    <message>
        <source>Whether the newest is better than the one before can&apos;t be told.</source>
        <translation>가장 최근 회차가 이전 회차보다 나은지 알 수 없습니다.</translation>
    </message>
    <message>
        <source>Train again, and the change stands here.</source>
        <translation>다시 학습하면 달라진 것이 여기에 표시됩니다.</translation>
    </message>
    <message>
        <source>All are scored on the same {0} check images, by their current labels.</source>
        <translation>모두 같은 확인용 이미지 {0}개로, 현재 레이블에 따라 점수를 매겼습니다.</translation>
    </message>
    <message>
        <source>All on the same {0} check images, which are too few to tell much.</source>
        <translation>모두 같은 확인용 이미지 {0}개 기준이지만, 수가 너무 적어 알 수 있는 것이 별로 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s) are left out: they had other check images.</source>
        <translation>
            <numerusform>확인용 이미지가 달랐던 실행 %Ln개는 제외했습니다.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message>
        <source>Star or unstar</source>
        <translation>별표 표시/해제</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>이름 바꾸기…</translation>
    </message>
    <message>
        <source>Note…</source>
        <translation>메모…</translation>
    </message>
    <message>
        <source>Repeat this run</source>
        <translation>이 실행 반복</translation>
    </message>
    <message>
        <source>Train again with the current labels</source>
        <translation>현재 레이블로 다시 학습</translation>
    </message>
    <message>
        <source>Repeat a run.json…</source>
        <translation>run.json으로 반복…</translation>
    </message>
    <message>
        <source>Take over its options</source>
        <translation>옵션 이어받기</translation>
    </message>
    <message>
        <source>Start from this run</source>
        <translation>이 실행에서 시작</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Make an ensemble</source>
        <translation>앙상블 만들기</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>검토</translation>
    </message>
    <message>
        <source>Classify with it, or export it</source>
        <translation>이것으로 분류하거나 내보내기</translation>
    </message>
    <message>
        <source>Show its folder</source>
        <translation>폴더 보기</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>휴지통으로 이동</translation>
    </message>
    <message>
        <source>Save the list as CSV…</source>
        <translation>목록을 CSV로 저장…</translation>
    </message>
    <message>
        <source>Name of the run; empty for the recipe&apos;s</source>
        <translation>실행의 이름(비우면 레시피 이름)</translation>
    </message>
    <message>
        <source>Rename the run</source>
        <translation>실행 이름 바꾸기</translation>
    </message>
    <message>
        <source>Note on the run</source>
        <translation>실행에 대한 메모</translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>실행 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} went to the trash.</source>
        <translation>휴지통으로 옮김: {0}.</translation>
    </message>
    <message>
        <source>Repeat a run.json</source>
        <translation>run.json으로 반복</translation>
    </message>
    <message>
        <source>Making an ensemble of {0} runs…</source>
        <translation>실행 {0}개로 앙상블을 만드는 중…</translation>
    </message>
    <message>
        <source>Making an ensemble</source>
        <translation>앙상블을 만드는 중</translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>Predict them</source>
        <translation>예측하기</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>What is reviewed</source>
        <translation>검토할 대상</translation>
    </message>
    <message>
        <source>Predict the images that have no prediction yet</source>
        <translation>아직 예측이 없는 이미지를 예측합니다</translation>
    </message>
</context>
<context>
    <name>RunCharts</name>
    <message>
        <source>Curves</source>
        <translation>곡선</translation>
    </message>
    <message>
        <source>Rate and speed</source>
        <translation>학습률과 속도</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>What the charts show</source>
        <translation>차트에 표시할 것</translation>
    </message>
    <message>
        <source>The accuracy of each class is known after the first epoch.</source>
        <translation>클래스별 정확도는 첫 에포크가 끝나면 알 수 있습니다.</translation>
    </message>
    <message>
        <source>No validation image of this run was predicted.</source>
        <translation>이 실행에서 예측한 검증 이미지가 없습니다.</translation>
    </message>
</context>
<context>
    <name>RunList</name>
    <message>
        <source>Runs</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>No runs yet. Each training stays here with its curves, its log and its model.</source>
        <translation>아직 실행이 없습니다. 학습마다 곡선, 로그, 모델이 여기에 남습니다.</translation>
    </message>
</context>
<context>
    <name>RunModel</name>
    <message>
        <source>starred</source>
        <translation>별표 있음</translation>
    </message>
</context>
<context>
    <name>RunNotice</name>
    <message>
        <source>{0} more in the log.</source>
        <translation>로그에 {0}개 더 있습니다.</translation>
    </message>
</context>
<context>
    <name>RunPanel</name>
    <message>
        <source>Find a run</source>
        <translation>실행 찾기</translation>
    </message>
    <message>
        <source>Order of the runs</source>
        <translation>실행의 순서</translation>
    </message>
    <message>
        <source>Only starred runs</source>
        <translation>별표 있는 실행만</translation>
    </message>
    <message>
        <source>Runs in the trash…</source>
        <translation>휴지통의 실행…</translation>
    </message>
    <message>
        <source>What to do with the chosen runs</source>
        <translation>선택한 실행으로 할 일</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>되돌려 놓기</translation>
    </message>
    <message>
        <source>Put the run back</source>
        <translation>실행을 되돌려 놓기</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>최신순</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>오래된 순</translation>
    </message>
    <message>
        <source>Best accuracy</source>
        <translation>정확도 높은 순</translation>
    </message>
    <message>
        <source>Lowest loss</source>
        <translation>손실 낮은 순</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Longest</source>
        <translation>오래 걸린 순</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>No run is found so.</source>
        <translation>찾은 실행이 없습니다.</translation>
    </message>
    <message>
        <source>No runs yet. Each training stays here with its curves, its log and its model.</source>
        <translation>아직 실행이 없습니다. 학습마다 곡선, 로그, 모델이 여기에 남습니다.</translation>
    </message>
</context>
<context>
    <name>RunSelection</name>
    <message>
        <source>Compare ({0})</source>
        <translation>비교({0})</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Since this run {0}. Train again to learn it.</source>
        <translation>이 실행 이후 {0}. 반영하려면 다시 학습하세요.</translation>
    </message>
    <message>
        <source>labels changed</source>
        <translation>레이블 바뀜</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>Resume</source>
        <translation>이어서 하기</translation>
    </message>
    <message>
        <source>Resume this run</source>
        <translation>이 실행을 이어서 하기</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>준비하는 중</translation>
    </message>
    <message>
        <source>Images per second</source>
        <translation>초당 이미지</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>아직 실행 없음</translation>
    </message>
    <message>
        <source>Press Train on the left: the pictures choose how, and a first model is there within seconds.</source>
        <translation>왼쪽의 ‘학습’을 누르세요. 사진에 맞는 방법을 고르며, 첫 모델은 몇 초 안에 나옵니다.</translation>
    </message>
    <message>
        <source>{0} Stop keeps it.</source>
        <translation>{0} ‘중지’를 눌러도 보존됩니다.</translation>
    </message>
    <message>
        <source>left</source>
        <translation>남음</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>중지하는 중…</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>일시 중지됨</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>준비하는 중</translation>
    </message>
    <message>
        <source>training</source>
        <translation>학습하는 중</translation>
    </message>
    <message>
        <source>finishing</source>
        <translation>마무리하는 중</translation>
    </message>
    <message>
        <source>Paused: it will wait after its first batch.</source>
        <translation>일시 중지: 첫 배치 뒤에 기다립니다.</translation>
    </message>
    <message>
        <source>Stopping before the first batch…</source>
        <translation>첫 배치 전에 중지하는 중…</translation>
    </message>
    <message>
        <source>Building the network…</source>
        <translation>네트워크를 만드는 중…</translation>
    </message>
    <message>
        <source>{0}: {1} of {2}</source>
        <translation>{0}: {1}/{2}</translation>
    </message>
    <message>
        <source>Check images right</source>
        <translation>맞힌 확인용 이미지</translation>
    </message>
    <message>
        <source>Loss on check images</source>
        <translation>확인용 이미지의 손실</translation>
    </message>
    <message>
        <source>{0}, on {1}</source>
        <translation>{0}, {1}</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>준비하는 중…</translation>
    </message>
    <message>
        <source>Stopping after this batch; the best epoch is kept.</source>
        <translation>이 배치 뒤에 중지합니다. 가장 좋은 에포크는 보존됩니다.</translation>
    </message>
    <message>
        <source>Stopping after this batch; no epoch is complete, so no model is kept.</source>
        <translation>이 배치 뒤에 중지합니다. 완료된 에포크가 없어 모델은 남지 않습니다.</translation>
    </message>
    <message>
        <source>Fold {0} of {1}</source>
        <translation>폴드 {0}/{1}</translation>
    </message>
    <message>
        <source>Epoch {0} of {1}</source>
        <translation>에포크 {0}/{1}</translation>
    </message>
    <message>
        <source>paused; nothing is lost</source>
        <translation>일시 중지됨. 잃은 것은 없습니다</translation>
    </message>
    <message>
        <source>batch {0} of {1}</source>
        <translation>배치 {0}/{1}</translation>
    </message>
    <message>
        <source>preparing the first batch…</source>
        <translation>첫 배치를 준비하는 중…</translation>
    </message>
    <message>
        <source>of its runs together</source>
        <translation>실행을 모두 합침</translation>
    </message>
    <message>
        <source>mean of {0} runs</source>
        <translation>실행 {0}개의 평균</translation>
    </message>
    <message>
        <source>no shared images</source>
        <translation>공통 이미지 없음</translation>
    </message>
    <message>
        <source>No epoch of this run was completed.</source>
        <translation>이 실행에서 완료된 에포크가 없습니다.</translation>
    </message>
    <message>
        <source>An ensemble has no curves: its probabilities are the mean of those of these runs.</source>
        <translation>앙상블에는 곡선이 없습니다. 확률은 다음 실행들의 평균입니다.</translation>
    </message>
    <message>
        <source>This training is of the project “{0}”. Another one can begin when it has ended.</source>
        <translation>이 학습은 프로젝트 “{0}”의 것입니다. 끝나면 다른 학습을 시작할 수 있습니다.</translation>
    </message>
    <message>
        <source>nothing held out</source>
        <translation>따로 둔 것 없음</translation>
    </message>
    <message>
        <source>at epoch {0}, the kept one</source>
        <translation>보존된 에포크 {0}에서</translation>
    </message>
    <message>
        <source>epoch {0}, kept</source>
        <translation>에포크 {0}, 보존됨</translation>
    </message>
    <message>
        <source>{0} per epoch</source>
        <translation>에포크당 {0}</translation>
    </message>
    <message>
        <source>{0} GB of memory</source>
        <translation>메모리 {0} GB</translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>running</source>
        <translation>실행 중</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>일시 중지됨</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>완료</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>중지됨</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>중단됨</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>{0}, fold {1} of {2}</source>
        <translation>{0}, 폴드 {1}/{2}</translation>
    </message>
    <message>
        <source>other check images</source>
        <translation>다른 확인용 이미지</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{1}개 중 {0}개</translation>
    </message>
    <message>
        <source>Round {0}: {1}</source>
        <translation>{0}회차: {1}</translation>
    </message>
    <message>
        <source>Round {0}: {1}, left behind</source>
        <translation>{0}회차: {1}, 뒤처짐</translation>
    </message>
    <message>
        <source>“{0}” is used instead</source>
        <translation>대신 “{0}” 사용</translation>
    </message>
    <message>
        <source>nothing held out</source>
        <translation>따로 둔 것 없음</translation>
    </message>
</context>
<context>
    <name>SampleSheet</name>
    <message>
        <source>Random sample</source>
        <translation>무작위 샘플</translation>
    </message>
    <message>
        <source>file</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>width</source>
        <translation>너비</translation>
    </message>
    <message>
        <source>height</source>
        <translation>높이</translation>
    </message>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
</context>
<context>
    <name>ScoreColumns</name>
    <message>
        <source>Of the images predicted so, how many are of this class; on its bar the 95 % interval</source>
        <translation>이 클래스로 예측한 이미지 중 실제로 이 클래스인 비율. 막대에 95% 신뢰 구간 표시</translation>
    </message>
    <message>
        <source>Of the images of this class, how many were recognised; on its bar the 95 % interval</source>
        <translation>이 클래스의 이미지 중 맞힌 비율. 막대에 95% 신뢰 구간 표시</translation>
    </message>
    <message>
        <source>The harmonic mean of precision and recall; on its bar the 95 % interval</source>
        <translation>정밀도와 재현율의 조화 평균. 막대에 95% 신뢰 구간 표시</translation>
    </message>
    <message>
        <source>How many images of this class were evaluated</source>
        <translation>평가한 이 클래스의 이미지 수</translation>
    </message>
    <message>
        <source>The class that most of its misclassified images are taken for, and how many</source>
        <translation>오분류된 이미지가 가장 많이 예측된 클래스와 그 수</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>클래스</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>정밀도</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>재현율</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>Most confused with</source>
        <translation>주로 혼동되는 클래스</translation>
    </message>
    <message>
        <source>Scores of each class</source>
        <translation>클래스별 점수</translation>
    </message>
</context>
<context>
    <name>ScoresSection</name>
    <message>
        <source>How many of the first guesses count for top-k</source>
        <translation>top-k에서 몇 번째 추측까지 셀지</translation>
    </message>
    <message>
        <source>Accuracy (top-1)</source>
        <translation>정확도(top-1)</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Balanced accuracy</source>
        <translation>균형 정확도</translation>
    </message>
    <message>
        <source>Macro F1</source>
        <translation>매크로 F1</translation>
    </message>
    <message>
        <source>Weighted F1</source>
        <translation>가중 F1</translation>
    </message>
    <message>
        <source>Strokes on the bars are 95 % intervals. Return on a class shows its mistakes.</source>
        <translation>막대의 선은 95% 신뢰 구간입니다. 클래스에서 Enter를 누르면 그 오분류를 봅니다.</translation>
    </message>
    <message>
        <source>Copy scores as text</source>
        <translation>점수를 텍스트로 복사</translation>
    </message>
    <message>
        <source>Save scores as CSV…</source>
        <translation>점수를 CSV로 저장…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>텍스트로 복사</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>CSV로 저장…</translation>
    </message>
    <message>
        <source>As scikit-learn&apos;s classification_report prints it</source>
        <translation>scikit-learn의 classification_report 형식으로</translation>
    </message>
    <message>
        <source>The table below as it is sorted</source>
        <translation>아래 표를 정렬된 대로</translation>
    </message>
    <message>
        <source>First guesses that count for top-k</source>
        <translation>top-k에서 셀 추측의 수</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>mean recall of the classes</source>
        <translation>클래스별 재현율의 평균</translation>
    </message>
    <message>
        <source>weighted by images</source>
        <translation>이미지 수로 가중</translation>
    </message>
    <message>
        <source>label among the first {0}</source>
        <translation>상위 {0}개 안에 레이블</translation>
    </message>
    <message>
        <source>among the first {0}</source>
        <translation>상위 {0}개 안</translation>
    </message>
    <message>
        <source>{0}, 95 % interval</source>
        <translation>{0}, 95% 신뢰 구간</translation>
    </message>
    <message>
        <source>The scores were copied as text.</source>
        <translation>점수를 텍스트로 복사했습니다.</translation>
    </message>
    <message>
        <source>{0} labelled {1}, misclassified</source>
        <translation>레이블이 {1}인 오분류 {0}개</translation>
    </message>
</context>
<context>
    <name>Sections</name>
    <message>
        <source>Mistakes</source>
        <translation>오분류</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>점수</translation>
    </message>
    <message>
        <source>Suspects</source>
        <translation>의심 레이블</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>중복</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>지도</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>신뢰도</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>회차</translation>
    </message>
    <message>
        <source>Ways of looking at the run</source>
        <translation>실행을 보는 방법</translation>
    </message>
    <message>
        <source>Review: {0}</source>
        <translation>검토: {0}</translation>
    </message>
    <message>
        <source>Next tab</source>
        <translation>다음 탭</translation>
    </message>
    <message>
        <source>Previous tab</source>
        <translation>이전 탭</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>{0} was renamed while work on it goes on; open it again when that has ended.</source>
        <translation>작업 중에 {0}의 이름이 바뀌었습니다. 작업이 끝난 뒤 다시 여세요.</translation>
    </message>
    <message>
        <source>{0} is open already.</source>
        <translation>{0} 프로젝트는 이미 열려 있습니다.</translation>
    </message>
</context>
<context>
    <name>SetupCard</name>
    <message>
        <source>none chosen; drop folders, pictures or archives here</source>
        <translation>선택 없음. 폴더, 사진, 압축 파일을 여기에 놓으세요</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>폴더 선택…</translation>
    </message>
    <message>
        <source>Choose pictures or archives…</source>
        <translation>사진이나 압축 파일 선택…</translation>
    </message>
    <message>
        <source>Paste a picture or files</source>
        <translation>사진이나 파일 붙여넣기</translation>
    </message>
    <message>
        <source>Take a picture with the camera…</source>
        <translation>카메라로 사진 찍기…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>내보내기…</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>분류</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속</translation>
    </message>
    <message>
        <source>Take this model elsewhere: {0}</source>
        <translation>이 모델을 다른 곳에서 사용: {0}</translation>
    </message>
    <message>
        <source>Go on where it stopped; what is classified stays</source>
        <translation>멈춘 곳에서 계속합니다. 이미 분류한 것은 그대로입니다</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Several models are used together only if they know the same classes; {0} does not.</source>
        <translation>여러 모델은 같은 클래스를 알 때만 함께 쓸 수 있습니다. 클래스가 다른 모델: {0}.</translation>
    </message>
    <message>
        <source>Train a model first, or choose a model file.</source>
        <translation>먼저 모델을 학습하거나 모델 파일을 선택하세요.</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>회색조</translation>
    </message>
    <message>
        <source>colour</source>
        <translation>컬러</translation>
    </message>
    <message>
        <source>mean of {0} models</source>
        <translation>모델 {0}개의 평균</translation>
    </message>
    <message>
        <source>{0} × {1} pixels, {2}</source>
        <translation>{0} × {1}픽셀, {2}</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>{0} 사용</translation>
    </message>
</context>
<context>
    <name>SetupPanel</name>
    <message>
        <source>Train</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>looking for a graphics card…</source>
        <translation>그래픽 카드를 찾는 중…</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>모두 초기화</translation>
    </message>
    <message>
        <source>Reset all options to the recipe&apos;s</source>
        <translation>모든 옵션을 레시피의 값으로 되돌리기</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>고급</translation>
    </message>
    <message>
        <source>Hide recipes and options</source>
        <translation>레시피와 옵션 숨기기</translation>
    </message>
    <message>
        <source>Choose a recipe and its options yourself</source>
        <translation>레시피와 옵션을 직접 선택</translation>
    </message>
    <message>
        <source>Labelled images</source>
        <translation>레이블이 있는 이미지</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>레시피</translation>
    </message>
    <message>
        <source>Validate on</source>
        <translation>검증 방법</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>장치</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>옵션</translation>
    </message>
    <message>
        <source>Counting the images…</source>
        <translation>이미지를 세는 중…</translation>
    </message>
    <message>
        <source>Looking at them to say how long it takes…</source>
        <translation>얼마나 걸릴지 알아보려고 살펴보는 중…</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Image</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>History</source>
        <translation>기록</translation>
    </message>
    <message>
        <source>Side</source>
        <translation>옆 패널</translation>
    </message>
</context>
<context>
    <name>SizeScatter</name>
    <message>
        <source>Sizes of the pictures</source>
        <translation>사진의 크기</translation>
    </message>
    <message>
        <source>No picture was looked at yet.</source>
        <translation>아직 살펴본 사진이 없습니다.</translation>
    </message>
    <message>
        <source>{0} sizes of {1} images · most: {2} × {3} px ({4})</source>
        <translation>이미지 {1}개, 크기 {0}가지 · 최다: {2} × {3} px ({4})</translation>
    </message>
    <message>
        <source>width from {0} to {1} px</source>
        <translation>너비 {0}~{1} px</translation>
    </message>
    <message>
        <source>a random sample of {0}</source>
        <translation>무작위 샘플 {0}개</translation>
    </message>
    <message>
        <source>width</source>
        <translation>너비</translation>
    </message>
    <message>
        <source>height</source>
        <translation>높이</translation>
    </message>
    <message>
        <source>images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>width in pixels</source>
        <translation>너비(픽셀)</translation>
    </message>
    <message>
        <source>height in pixels</source>
        <translation>높이(픽셀)</translation>
    </message>
</context>
<context>
    <name>SortDialog</name>
    <message>
        <source>Sort into folders</source>
        <translation>폴더로 정리</translation>
    </message>
    <message>
        <source>Folder to sort into</source>
        <translation>정리할 폴더</translation>
    </message>
    <message>
        <source>A folder beside your pictures, or a new one</source>
        <translation>사진 옆의 폴더나 새 폴더</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>선택…</translation>
    </message>
    <message>
        <source>How</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>Images to sort</source>
        <translation>정리할 이미지</translation>
    </message>
    <message>
        <source>Folders and their numbers of files</source>
        <translation>폴더와 파일 수</translation>
    </message>
    <message>
        <source>New files are sorted the same way as they come. Each time can be undone by itself.</source>
        <translation>새 파일도 들어오는 대로 같은 방식으로 정리합니다. 매번 따로 되돌릴 수 있습니다.</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>정리</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>{0} sorted</source>
        <translation>{0} 정리됨</translation>
    </message>
    <message>
        <source>Sorted pictures</source>
        <translation>정리된 사진</translation>
    </message>
    <message>
        <source>Copy: your files stay where they are</source>
        <translation>복사: 파일은 있던 자리에 남습니다</translation>
    </message>
    <message>
        <source>Move: your files leave their place; can be undone</source>
        <translation>이동: 파일이 자리를 옮깁니다. 되돌릴 수 있습니다</translation>
    </message>
    <message>
        <source>Hard links: a second name for each file, on the same disk, no room needed</source>
        <translation>하드 링크: 같은 디스크에서 파일의 두 번째 이름. 공간이 필요 없습니다</translation>
    </message>
    <message>
        <source>Symbolic links: pointers to your files, no room needed</source>
        <translation>심볼릭 링크: 파일을 가리킴. 공간이 필요 없습니다</translation>
    </message>
    <message>
        <source>All {0} files</source>
        <translation>파일 {0}개 모두</translation>
    </message>
    <message>
        <source>Only the {0} shown</source>
        <translation>표시된 {0}개만</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>위치</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>대상</translation>
    </message>
    <message>
        <source>What each folder would get</source>
        <translation>폴더별 파일 수</translation>
    </message>
    <message>
        <source>Choose a folder to sort into</source>
        <translation>정리할 폴더 선택</translation>
    </message>
    <message>
        <source>They could not be counted, but can be sorted: {0}</source>
        <translation>셀 수 없었지만 정리할 수는 있습니다: {0}</translation>
    </message>
    <message>
        <source>Pictures in archives can only be copied.</source>
        <translation>압축 파일 안의 사진은 복사만 할 수 있습니다.</translation>
    </message>
    <message>
        <source>The project {0} has these images; it does not find them where you move them. Copy or link.</source>
        <translation>프로젝트 {0}에 이 이미지가 있는데, 옮기면 찾지 못합니다. 복사하거나 링크하세요.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>폴더 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} into {1}</source>
        <translation>{0}를 {1}로</translation>
    </message>
    <message>
        <source>{0}; below {1} % they are unsure</source>
        <translation>{0}; {1}% 미만은 불확실</translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay</source>
        <translation>
            <numerusform>%Ln개는 그대로</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}; {1} in archives, out of which they cannot be taken</source>
        <translation>{0}; {1}(압축 파일에서 꺼낼 수 없음)</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>세는 중…</translation>
    </message>
    <message>
        <source>This folder was classified itself; choose one in it or beside it.</source>
        <translation>이 폴더 자체를 분류했습니다. 그 안이나 옆의 폴더를 선택하세요.</translation>
    </message>
</context>
<context>
    <name>SourceList</name>
    <message>
        <source>Images to classify</source>
        <translation>분류할 이미지</translation>
    </message>
</context>
<context>
    <name>SourceNotice</name>
    <message>
        <source>Look again</source>
        <translation>다시 살펴보기</translation>
    </message>
    <message>
        <source>Look for the files again</source>
        <translation>파일 다시 찾기</translation>
    </message>
    <message>
        <source>Look at the files again once the drive is there</source>
        <translation>드라이브가 연결되면 파일을 다시 살펴봅니다</translation>
    </message>
    <message>
        <source>It was moved…</source>
        <translation>옮긴 위치 지정…</translation>
    </message>
    <message>
        <source>Point to the new place of the folder</source>
        <translation>폴더의 새 위치 지정</translation>
    </message>
    <message>
        <source>Say where the folder is now; its images keep their labels</source>
        <translation>폴더가 지금 어디에 있는지 지정합니다. 이미지의 레이블은 유지됩니다</translation>
    </message>
    <message numerus="yes">
        <source>{0} and %Ln more folder(s)</source>
        <translation>
            <numerusform>{0} 외 폴더 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>Missing: {0} cannot be reached. Its images keep their labels.</source>
        <translation>없음: {0}에 접근할 수 없습니다. 이미지의 레이블은 유지됩니다.</translation>
    </message>
</context>
<context>
    <name>SplitsDialog</name>
    <message>
        <source>Divide into splits</source>
        <translation>분할로 나누기</translation>
    </message>
    <message>
        <source>Images to divide</source>
        <translation>나눌 이미지</translation>
    </message>
    <message>
        <source>Those without a split; all others stay where they are</source>
        <translation>분할이 없는 이미지만(나머지는 그대로)</translation>
    </message>
    <message>
        <source>Training and check images anew; the test set stays</source>
        <translation>학습과 확인용 이미지를 새로 나눔(테스트 세트는 그대로)</translation>
    </message>
    <message>
        <source>All labelled images anew, the test set too</source>
        <translation>레이블이 있는 이미지를 모두 새로 나눔(테스트 세트도)</translation>
    </message>
    <message>
        <source>How</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>At random, each class by the same shares</source>
        <translation>무작위로, 클래스마다 같은 비율로</translation>
    </message>
    <message>
        <source>By folders named after splits</source>
        <translation>분할 이름의 폴더대로</translation>
    </message>
    <message>
        <source>Such as ^(\d+_\d+)_  for the tracks of a video</source>
        <translation>^(\d+_\d+)_  (동영상 트랙의 예)</translation>
    </message>
    <message>
        <source>Pattern of groups</source>
        <translation>그룹의 패턴</translation>
    </message>
    <message>
        <source>Near-duplicates, and the frames of sequences</source>
        <translation>거의 같은 이미지와 연속 사진</translation>
    </message>
    <message>
        <source>Looks at every picture once; those that show the same come into one split.</source>
        <translation>모든 사진을 한 번 살펴보고, 같은 것을 보여 주는 사진은 한 분할에 둡니다.</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>적용</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Divide</source>
        <translation>나누기</translation>
    </message>
    <message>
        <source>Keep together</source>
        <translation>함께 두기</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>비율</translation>
    </message>
    <message>
        <source>What each class would have then</source>
        <translation>나눈 뒤 클래스별 이미지 수</translation>
    </message>
    <message>
        <source>Looking at pictures</source>
        <translation>사진을 살펴보는 중</translation>
    </message>
    <message>
        <source>Looking for look-alikes to keep together</source>
        <translation>함께 둘 닮은 이미지를 찾는 중</translation>
    </message>
    <message>
        <source>No two images are near-duplicates.</source>
        <translation>거의 같은 이미지가 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>{0} in %Ln group(s) stay together.</source>
        <translation>
            <numerusform>그룹 %Ln개의 {0}를 함께 둡니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>No image would change its split.</source>
        <translation>분할이 바뀌는 이미지가 없습니다.</translation>
    </message>
    <message>
        <source>{0} images would change their split.</source>
        <translation>이미지 {0}개의 분할이 바뀝니다.</translation>
    </message>
    <message>
        <source>Label more of {0}</source>
        <translation>{0} 사진에 레이블 더 지정</translation>
    </message>
    <message>
        <source>“{1}” is divided picture by picture: its pictures are nearly all alike, and kept together they would leave one to learn from. Label others of it.</source>
        <translation>“{1}”: 사진마다 따로 나눕니다. 사진이 거의 모두 비슷해서 함께 두면 학습할 사진이 한 장만 남습니다. 이 클래스의 다른 사진에 레이블을 지정하세요.</translation>
    </message>
    <message>
        <source>“{1}” and {2} more classes are divided picture by picture: their pictures are nearly all alike, and kept together they would leave one to learn from. Label others of them.</source>
        <translation>“{1}” 외 클래스 {2}개: 사진마다 따로 나눕니다. 사진이 거의 모두 비슷해서 함께 두면 학습할 사진이 한 장만 남습니다. 이 클래스들의 다른 사진에 레이블을 지정하세요.</translation>
    </message>
</context>
<context>
    <name>StartButtons</name>
    <message>
        <source>No project is open.</source>
        <translation>열린 프로젝트가 없습니다.</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>학습 시작</translation>
    </message>
    <message>
        <source>Pause training or go on</source>
        <translation>학습 일시 중지/계속</translation>
    </message>
    <message>
        <source>Stop training</source>
        <translation>학습 중지</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Ends at once; the best epoch so far is kept.</source>
        <translation>바로 끝납니다. 지금까지 가장 좋은 에포크는 보존됩니다.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>일시 중지</translation>
    </message>
    <message>
        <source>Go on training</source>
        <translation>학습 계속</translation>
    </message>
    <message>
        <source>Pause training</source>
        <translation>학습 일시 중지</translation>
    </message>
    <message>
        <source>Goes on with the next batch.</source>
        <translation>다음 배치부터 계속합니다.</translation>
    </message>
    <message>
        <source>Waits after this batch, and keeps it in memory.</source>
        <translation>이 배치 뒤에 기다리며 메모리에 보존합니다.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>중지하는 중…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
</context>
<context>
    <name>Suggesting</name>
    <message>
        <source>Classify</source>
        <translation>분류</translation>
    </message>
    <message>
        <source>your labels</source>
        <translation>지정한 레이블</translation>
    </message>
    <message>
        <source>No run has left a model yet. Train one; then it suggests labels here.</source>
        <translation>아직 모델을 남긴 실행이 없습니다. 학습하면 여기서 레이블을 제안합니다.</translation>
    </message>
    <message>
        <source>Every image here has a label; there is nothing to suggest.</source>
        <translation>여기 있는 모든 이미지에 레이블이 있어 제안할 것이 없습니다.</translation>
    </message>
    <message>
        <source>Suggesting classes</source>
        <translation>클래스를 제안하는 중</translation>
    </message>
    <message>
        <source>No picture of {0} has a label yet, so nothing was accepted: press the key of a class.</source>
        <translation>{0}의 사진 가운데 레이블이 있는 것이 아직 없어 아무것도 수락하지 않았습니다. 클래스의 키를 누르세요.</translation>
    </message>
</context>
<context>
    <name>SuggestionBar</name>
    <message>
        <source>Accept suggestions…</source>
        <translation>제안 수락…</translation>
    </message>
    <message>
        <source>Accept suggestions</source>
        <translation>제안 수락</translation>
    </message>
    <message>
        <source>Accept many at once, of which you see first what that would do</source>
        <translation>결과를 먼저 보고 여러 개를 한꺼번에 수락합니다</translation>
    </message>
    <message>
        <source>Check suggestions</source>
        <translation>제안 확인</translation>
    </message>
    <message>
        <source>Go through them one by one, the least sure first</source>
        <translation>불확실한 것부터 하나씩 살펴봅니다</translation>
    </message>
    <message>
        <source>Hide the suggestions</source>
        <translation>제안 숨기기</translation>
    </message>
    <message>
        <source>{0} is looking: {1} %</source>
        <translation>제안을 찾는 중({0}): {1}%</translation>
    </message>
    <message>
        <source>{0} is looking at the unlabelled images…</source>
        <translation>레이블 없는 이미지의 제안을 찾는 중({0})…</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>모두 끝남</translation>
    </message>
    <message>
        <source>{0} suggestions</source>
        <translation>제안 {0}개</translation>
    </message>
    <message>
        <source>Suggested by {0}. Enter accepts the one of the current image.</source>
        <translation>{0}의 제안입니다. Enter를 누르면 현재 이미지의 제안을 수락합니다.</translation>
    </message>
    <message>
        <source>Learnt from your labels so far. Enter accepts the suggestion for the current image.</source>
        <translation>지금까지 지정한 레이블로 학습했습니다. Enter를 누르면 현재 이미지의 제안을 수락합니다.</translation>
    </message>
    <message>
        <source>A picture of such a class is suggested another one until then.</source>
        <translation>그때까지 그런 클래스의 사진에는 다른 클래스가 제안됩니다.</translation>
    </message>
    <message>
        <source>About {0} of 100 of them right (± {1})</source>
        <translation>그중 100개당 약 {0}개(± {1})가 맞음</translation>
    </message>
    <message>
        <source>{0} or more of 100 of them right</source>
        <translation>그중 100개당 {0}개 이상이 맞음</translation>
    </message>
    <message>
        <source>Between {0} and {1} of 100, counted on your {2} labelled images, each left out once. Hard and easy ones count for as many pictures as are left of each.</source>
        <translation>100개 중 {0}~{1}개. 레이블이 있는 이미지 {2}개를 한 번씩 빼고 세었습니다. 어려운 것과 쉬운 것은 남은 사진 가운데 그런 것이 있는 만큼 셉니다.</translation>
    </message>
    <message>
        <source>No picture of {0} has a label yet: label one of each first.</source>
        <translation>{0}의 사진 가운데 레이블이 있는 것이 아직 없습니다. 먼저 하나씩 레이블을 지정하세요.</translation>
    </message>
</context>
<context>
    <name>SuggestionSheet</name>
    <message>
        <source>The least sure suggestions</source>
        <translation>가장 불확실한 제안</translation>
    </message>
</context>
<context>
    <name>SuspectsGrid</name>
    <message>
        <source>Images whose label is probably wrong</source>
        <translation>레이블이 잘못된 것 같은 이미지</translation>
    </message>
    <message>
        <source>Labelled {0} ({1}), looks like {2} ({3})</source>
        <translation>레이블 {0}({1}), {2}처럼 보임({3})</translation>
    </message>
    <message>
        <source>{0} sure</source>
        <translation>확신도 {0}</translation>
    </message>
    <message>
        <source>Quality of the label {0}; 100 % is a label that the model is sure of</source>
        <translation>레이블의 품질 {0}. 100%는 모델이 확신하는 레이블입니다</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>레이블</translation>
    </message>
    <message>
        <source>Suggested</source>
        <translation>제안</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>품질</translation>
    </message>
    <message>
        <source>Labelled {0}, looks like {1}</source>
        <translation>레이블 {0}, {1}처럼 보임</translation>
    </message>
</context>
<context>
    <name>SuspectsSection</name>
    <message>
        <source>Show less doubtful labels</source>
        <translation>덜 의심되는 레이블 보기</translation>
    </message>
    <message>
        <source>Take suggestion</source>
        <translation>제안대로</translation>
    </message>
    <message>
        <source>The selected images get the suggested class</source>
        <translation>선택한 이미지에 제안된 클래스를 지정합니다</translation>
    </message>
    <message>
        <source>Take the suggested class as label</source>
        <translation>제안된 클래스를 레이블로 지정</translation>
    </message>
    <message>
        <source>Keep label</source>
        <translation>레이블 유지</translation>
    </message>
    <message>
        <source>The labels are right; nobody is asked about them again</source>
        <translation>레이블이 맞습니다. 다시 묻지 않습니다</translation>
    </message>
    <message>
        <source>Keep the label, and do not ask again</source>
        <translation>레이블을 유지하고 다시 묻지 않기</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Look at them later: the Library finds images that are unsure</source>
        <translation>나중에 살펴봅니다. 라이브러리에서 불확실한 이미지를 찾을 수 있습니다</translation>
    </message>
    <message>
        <source>Mark as unsure</source>
        <translation>불확실로 표시</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>제외</translation>
    </message>
    <message>
        <source>Neither train on them nor score them</source>
        <translation>학습에도 점수에도 쓰지 않습니다</translation>
    </message>
    <message>
        <source>Exclude from training</source>
        <translation>학습에서 제외</translation>
    </message>
    <message>
        <source>Select all images</source>
        <translation>이미지 모두 선택</translation>
    </message>
    <message>
        <source>Judge the labels again</source>
        <translation>레이블 다시 판정</translation>
    </message>
    <message>
        <source>Judging the labels…</source>
        <translation>레이블을 판정하는 중…</translation>
    </message>
    <message>
        <source>Only held-out images were judged so far</source>
        <translation>지금까지는 따로 둔 이미지만 판정했습니다</translation>
    </message>
    <message>
        <source>The recipe of this run is trained several times, each time without a part of the images, which it then judges. That takes as long as so many trainings.</source>
        <translation>이 실행의 레시피를 여러 번 학습하되, 매번 이미지 일부를 빼고 학습한 뒤 그것을 판정합니다. 그 횟수만큼 시간이 걸립니다.</translation>
    </message>
    <message>
        <source>Nothing could be judged</source>
        <translation>판정할 수 있는 것이 없었습니다</translation>
    </message>
    <message>
        <source>Looking at every picture…</source>
        <translation>모든 사진을 살펴보는 중…</translation>
    </message>
    <message>
        <source>Show {0} less doubtful</source>
        <translation>덜 의심되는 것 {0}개 보기</translation>
    </message>
    <message>
        <source>{0} of {1} labels are doubtful</source>
        <translation>레이블 {1}개 중 {0}개가 의심됩니다</translation>
    </message>
    <message>
        <source>All doubtful labels are decided</source>
        <translation>의심되는 레이블을 모두 결정했습니다</translation>
    </message>
    <message>
        <source>No label looks wrong</source>
        <translation>잘못된 것 같은 레이블이 없습니다</translation>
    </message>
    <message>
        <source>{0} labels were judged. Train with the fixes to see what they are worth.</source>
        <translation>레이블 {0}개를 판정했습니다. 고친 것의 효과를 보려면 다시 학습하세요.</translation>
    </message>
    <message>
        <source>{0} labels were judged; the model is sure of none that it is wrong.</source>
        <translation>레이블 {0}개를 판정했습니다. 모델이 틀렸다고 확신하는 레이블은 없습니다.</translation>
    </message>
    <message>
        <source>{0} labels were judged. The model takes {1} of the images for something else, but not surely enough to doubt their labels: they stand under Mistakes.</source>
        <translation>레이블 {0}개를 판정했습니다. 모델은 이미지 {1}개를 다른 것으로 보지만, 레이블을 의심할 만큼 확신하지는 않습니다. 이 이미지는 ‘오분류’에 있습니다.</translation>
    </message>
    <message>
        <source>Labels cannot be changed: {0}</source>
        <translation>레이블을 바꿀 수 없습니다: {0}</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>{0}개 선택됨</translation>
    </message>
    <message>
        <source>Return shows an image large; a class&apos;s key gives it that label</source>
        <translation>Enter를 누르면 이미지를 크게 보고, 클래스의 키를 누르면 그 레이블을 지정합니다</translation>
    </message>
    <message>
        <source>Training the folds…</source>
        <translation>폴드를 학습하는 중…</translation>
    </message>
    <message>
        <source>{0} labels were judged.</source>
        <translation>레이블 {0}개를 판정했습니다.</translation>
    </message>
</context>
<context>
    <name>TableColumns</name>
    <message>
        <source>Pat&amp;h</source>
        <translation>경로(&amp;H)</translation>
    </message>
    <message>
        <source>Cl&amp;ass</source>
        <translation>클래스(&amp;A)</translation>
    </message>
    <message>
        <source>Spli&amp;t</source>
        <translation>분할(&amp;T)</translation>
    </message>
    <message>
        <source>Column of the {0}</source>
        <translation>{0} 열</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>{0} (automatic)</source>
        <translation>{0}(자동)</translation>
    </message>
</context>
<context>
    <name>ThumbnailGrid</name>
    <message>
        <source>Images</source>
        <translation>이미지</translation>
    </message>
    <message>
        <source>Accepted unseen: nobody has looked at this label yet</source>
        <translation>보지 않고 수락: 아직 아무도 이 레이블을 살펴보지 않았습니다</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Excluded from training</source>
        <translation>학습에서 제외됨</translation>
    </message>
    <message>
        <source>Has a note</source>
        <translation>메모 있음</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Message</source>
        <translation>메시지</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Tour</source>
        <translation>둘러보기</translation>
    </message>
    <message>
        <source>Leave the tour</source>
        <translation>둘러보기 그만하기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
    <message>
        <source>Drawings to sort</source>
        <translation>정리할 그림</translation>
    </message>
    <message>
        <source>Most of them have a class already, such as fruit or insects. The first ones have none yet.</source>
        <translation>대부분은 과일이나 곤충처럼 이미 클래스가 있습니다. 맨 앞의 몇 장에는 아직 없습니다.</translation>
    </message>
    <message>
        <source>Each class has a key</source>
        <translation>클래스마다 키가 있습니다</translation>
    </message>
    <message>
        <source>Click a picture and press a key: it has its label and is saved. {0} takes it back.</source>
        <translation>사진을 클릭하고 키를 누르면 레이블이 지정되고 저장됩니다. {0}: 되돌리기.</translation>
    </message>
    <message>
        <source>It learns while you label</source>
        <translation>레이블을 지정하는 동안 배웁니다</translation>
    </message>
    <message>
        <source>After a few seconds every picture without a label has a suggestion. You only check them.</source>
        <translation>몇 초 뒤 레이블이 없는 사진마다 제안이 나타납니다. 확인만 하면 됩니다.</translation>
    </message>
    <message>
        <source>Train makes a model</source>
        <translation>‘학습’에서 모델을 만듭니다</translation>
    </message>
    <message>
        <source>Press Train: a first model is there within seconds, then better ones. You can stop at any time.</source>
        <translation>‘학습’을 누르면 몇 초 만에 첫 모델이 생기고 점점 좋아집니다. 언제든 멈출 수 있습니다.</translation>
    </message>
    <message>
        <source>Review shows what it got wrong</source>
        <translation>‘검토’에서 틀린 것을 봅니다</translation>
    </message>
    <message>
        <source>After a training, look at each mistake here. Where the label was wrong, mend it and train again.</source>
        <translation>학습한 뒤 여기서 오분류를 하나씩 봅니다. 레이블이 틀렸으면 고치고 다시 학습합니다.</translation>
    </message>
    <message>
        <source>Classify sorts new pictures</source>
        <translation>‘분류’에서 새 사진을 정리합니다</translation>
    </message>
    <message>
        <source>Drop the folder “To classify” of the sample here. {0} opens the guide whenever you want it.</source>
        <translation>샘플의 “To classify” 폴더를 여기에 끌어 놓습니다. {0}: 언제든 안내서 열기.</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>완료</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>다음</translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Train</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Nothing to train on yet</source>
        <translation>아직 학습할 것이 없습니다</translation>
    </message>
    <message>
        <source>Open a folder of images, give them labels, and come back to train a classifier on them.</source>
        <translation>이미지 폴더를 열고 레이블을 지정한 뒤 돌아와서 분류기를 학습하세요.</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>폴더 열기…</translation>
    </message>
    <message>
        <source>The curves of the run that is chosen below</source>
        <translation>아래에서 고른 실행의 곡선</translation>
    </message>
    <message>
        <source>What training makes of a picture with the current options</source>
        <translation>현재 옵션으로 학습할 때 사진이 어떻게 바뀌는지</translation>
    </message>
    <message>
        <source>Layers, shapes and parameters with the current options</source>
        <translation>현재 옵션에서의 층, 형태, 매개변수</translation>
    </message>
    <message>
        <source>The runs that are chosen below, side by side</source>
        <translation>아래에서 고른 실행을 나란히</translation>
    </message>
    <message>
        <source>Train: show {0}</source>
        <translation>학습: {0} 보기</translation>
    </message>
    <message>
        <source>Show the training that runs</source>
        <translation>실행 중인 학습 보기</translation>
    </message>
    <message>
        <source>Find an option</source>
        <translation>옵션 찾기</translation>
    </message>
    <message>
        <source>Another picture to preview</source>
        <translation>미리 볼 다른 사진</translation>
    </message>
    <message>
        <source>Draw the preview again</source>
        <translation>미리 보기 다시 그리기</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Augmentation</source>
        <translation>데이터 증강</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>네트워크</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
</context>
<context>
    <name>Training</name>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>{0} in the project “{1}”</source>
        <translation>{0}, 프로젝트 “{1}”</translation>
    </message>
    <message>
        <source>Fold {0} of {1}</source>
        <translation>폴드 {0}/{1}</translation>
    </message>
    <message>
        <source>Resumed.</source>
        <translation>이어서 시작했습니다.</translation>
    </message>
</context>
<context>
    <name>TrainingCharts</name>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>The curves grow here while the training runs.</source>
        <translation>학습하는 동안 곡선이 여기에 그려집니다.</translation>
    </message>
    <message>
        <source>training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>seen images</source>
        <translation>학습한 이미지</translation>
    </message>
    <message>
        <source>best: epoch {0}</source>
        <translation>최고: 에포크 {0}</translation>
    </message>
</context>
<context>
    <name>TrainingLog</name>
    <message>
        <source>Training finished.</source>
        <translation>학습을 마쳤습니다.</translation>
    </message>
    <message>
        <source>Training stopped.</source>
        <translation>학습을 중지했습니다.</translation>
    </message>
    <message>
        <source>Nothing was held out that could tell how good it is on new images.</source>
        <translation>새 이미지에서 얼마나 좋은지 알려 줄 이미지를 따로 두지 않았습니다.</translation>
    </message>
    <message>
        <source>Best validation accuracy {0}.</source>
        <translation>최고 검증 정확도 {0}.</translation>
    </message>
    <message>
        <source>One fold: validation accuracy {0}.</source>
        <translation>폴드 하나: 검증 정확도 {0}.</translation>
    </message>
    <message>
        <source>Validation accuracy {0} ± {1} over {2} folds of {3} images together.</source>
        <translation>폴드 {2}개(이미지 모두 {3}개)의 검증 정확도 {0} ± {1}.</translation>
    </message>
    <message>
        <source>The best model is “{0}”: {1} of {2} check images right (95 % interval {3} to {4}).</source>
        <translation>가장 좋은 모델은 “{0}”입니다: 확인용 이미지 {2}개 중 {1}개 맞음(95% 신뢰 구간 {3}~{4}).</translation>
    </message>
    <message>
        <source>These are few check images: label more to know better.</source>
        <translation>확인용 이미지가 적습니다. 더 정확히 알려면 레이블을 더 지정하세요.</translation>
    </message>
    <message>
        <source>Epoch {0}/{1}: loss {2}, accuracy {3}, validation loss {4}, validation accuracy {5}, rate {6}, {7} s</source>
        <translation>에포크 {0}/{1}: 손실 {2}, 정확도 {3}, 검증 손실 {4}, 검증 정확도 {5}, 학습률 {6}, {7}초</translation>
    </message>
    <message>
        <source>Epoch {0}/{1}: loss {2}, accuracy {3}; of images seen, after the epoch: loss {4}, accuracy {5}; rate {6}, {7} s</source>
        <translation>에포크 {0}/{1}: 손실 {2}, 정확도 {3}; 에포크 뒤 학습한 이미지에서: 손실 {4}, 정확도 {5}; 학습률 {6}, {7}초</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>{0} 사용</translation>
    </message>
    <message>
        <source>{0} parameters</source>
        <translation>매개변수 {0}개</translation>
    </message>
    <message>
        <source>The training was interrupted.</source>
        <translation>학습이 중단되었습니다.</translation>
    </message>
    <message>
        <source>Made of {0}.</source>
        <translation>구성: {0}.</translation>
    </message>
    <message>
        <source>{0}: {1} on {2}, {3}, {4} parameters</source>
        <translation>{0}: {1}, {2}, {3}, 매개변수 {4}개</translation>
    </message>
    <message>
        <source>Best so far: “{0}”.</source>
        <translation>지금까지 최고: “{0}”.</translation>
    </message>
    <message>
        <source>Best so far: “{0}”, {1} of {2} check images right.</source>
        <translation>지금까지 최고: “{0}”, 확인용 이미지 {2}개 중 {1}개 맞음.</translation>
    </message>
    <message>
        <source>{0} training images, nothing held out</source>
        <translation>학습 이미지 {0}개, 따로 둔 것 없음</translation>
    </message>
    <message>
        <source>{0} training and {1} check images</source>
        <translation>학습 이미지 {0}개, 확인용 이미지 {1}개</translation>
    </message>
</context>
<context>
    <name>TrashDialog</name>
    <message>
        <source>Runs in the trash</source>
        <translation>휴지통의 실행</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>휴지통이 비어 있습니다.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>되돌려 놓기</translation>
    </message>
    <message>
        <source>Delete all for good</source>
        <translation>모두 영구 삭제</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>A run in the trash keeps its model, its curves and its predictions until it is deleted.</source>
        <translation>휴지통의 실행은 삭제될 때까지 모델, 곡선, 예측을 유지합니다.</translation>
    </message>
</context>
<context>
    <name>UnseenBar</name>
    <message>
        <source>Nobody has looked at these labels yet. Until then they train a model, but are not used to check it.</source>
        <translation>아직 아무도 이 레이블을 살펴보지 않았습니다. 그때까지 모델 학습에는 쓰이지만 확인에는 쓰이지 않습니다.</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>보기</translation>
    </message>
    <message>
        <source>Show the labels that were accepted unseen</source>
        <translation>보지 않고 수락한 레이블 보기</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Take back the labels that were accepted unseen</source>
        <translation>보지 않고 수락한 레이블 되돌리기</translation>
    </message>
    <message>
        <source>Take these labels away again</source>
        <translation>이 레이블을 다시 없앱니다</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) were accepted unseen</source>
        <translation>
            <numerusform>보지 않고 수락한 레이블 %Ln개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ValidationChoice</name>
    <message>
        <source>Validate on</source>
        <translation>검증 방법</translation>
    </message>
    <message>
        <source>{0} runs are trained, each validated on another part of the images that are not for test.</source>
        <translation>테스트용이 아닌 이미지의 서로 다른 부분으로 검증하며 실행 {0}개를 학습합니다.</translation>
    </message>
    <message>
        <source>The validation images are trained on too: their accuracy then promises nothing.</source>
        <translation>검증 이미지로도 학습합니다. 그러면 그 정확도는 아무것도 보장하지 않습니다.</translation>
    </message>
    <message>
        <source>The validation split</source>
        <translation>검증 분할</translation>
    </message>
    <message>
        <source>A share, at random</source>
        <translation>무작위로 나눈 비율</translation>
    </message>
    <message>
        <source>Parts by turns (k-fold)</source>
        <translation>부분을 번갈아 검증(k-폴드)</translation>
    </message>
    <message>
        <source>Nothing, train on everything</source>
        <translation>없음, 모든 이미지로 학습</translation>
    </message>
    <message>
        <source>Number of parts</source>
        <translation>부분의 수</translation>
    </message>
    <message>
        <source>Share held out for validation</source>
        <translation>검증용으로 따로 둘 비율</translation>
    </message>
</context>
<context>
    <name>ViewMenu</name>
    <message>
        <source>View</source>
        <translation>보기</translation>
    </message>
    <message>
        <source>Headings, order and saved filters</source>
        <translation>제목, 순서, 저장된 필터</translation>
    </message>
    <message>
        <source>No headings</source>
        <translation>제목 없음</translation>
    </message>
    <message>
        <source>Headings by class</source>
        <translation>클래스별 제목</translation>
    </message>
    <message>
        <source>Headings by split</source>
        <translation>분할별 제목</translation>
    </message>
    <message>
        <source>Headings by folder</source>
        <translation>폴더별 제목</translation>
    </message>
    <message>
        <source>Reverse the order</source>
        <translation>순서 뒤집기</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>저장된 필터</translation>
    </message>
    <message>
        <source>Save this filter…</source>
        <translation>이 필터 저장…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>삭제</translation>
    </message>
    <message>
        <source>Save this filter</source>
        <translation>이 필터 저장</translation>
    </message>
    <message>
        <source>Name of the filter:</source>
        <translation>필터의 이름:</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Picture view</source>
        <translation>사진 보기</translation>
    </message>
    <message>
        <source>Back to the grid</source>
        <translation>격자로 돌아가기</translation>
    </message>
    <message>
        <source>Arrows: previous and next · wheel: zoom · double click: single pixels</source>
        <translation>화살표: 이전과 다음 · 휠: 확대/축소 · 두 번 클릭: 픽셀 단위</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>Not labelled</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>Not labelled; suggested: {0}, {1}</source>
        <translation>레이블 없음. 제안: {0}, {1}</translation>
    </message>
    <message>
        <source>accepted unseen</source>
        <translation>보지 않고 수락함</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>제외됨</translation>
    </message>
</context>
<context>
    <name>ViewsPanel</name>
    <message>
        <source>What is shown</source>
        <translation>표시할 것</translation>
    </message>
    <message>
        <source>What the training says appears here.</source>
        <translation>학습에서 나오는 메시지가 여기에 표시됩니다.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>check image</source>
        <translation>확인용 이미지</translation>
    </message>
    <message>
        <source>test</source>
        <translation>테스트</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>아직 없음</translation>
    </message>
    <message>
        <source>over {0}</source>
        <translation>{0} 초과</translation>
    </message>
    <message>
        <source>how sure is not known yet</source>
        <translation>얼마나 확실한지 아직 알 수 없음</translation>
    </message>
    <message>
        <source>almost certain ({0})</source>
        <translation>거의 확실({0})</translation>
    </message>
    <message>
        <source>very sure ({0})</source>
        <translation>매우 확실({0})</translation>
    </message>
    <message>
        <source>sure ({0})</source>
        <translation>확실({0})</translation>
    </message>
    <message>
        <source>fairly sure ({0})</source>
        <translation>꽤 확실({0})</translation>
    </message>
    <message>
        <source>unsure ({0})</source>
        <translation>불확실({0})</translation>
    </message>
    <message>
        <source>{0} of {1} ({2})</source>
        <translation>{1}개 중 {0}({2})</translation>
    </message>
    <message>
        <source>of {0}: {1}</source>
        <translation>{0}개 기준: {1}</translation>
    </message>
    <message>
        <source>another reason</source>
        <translation>다른 이유</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0}초</translation>
    </message>
    <message>
        <source>{0} min {1} s</source>
        <translation>{0}분 {1}초</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0}시간 {1}분</translation>
    </message>
    <message>
        <source>a few seconds</source>
        <translation>몇 초</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0}분</translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln분</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln시간</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} %Ln minute(s)</source>
        <translation>
            <numerusform>{0} %Ln분</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>{0} 남음</translation>
    </message>
    <message>
        <source>{0} images/s</source>
        <translation>초당 이미지 {0}개</translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s)</source>
        <translation>
            <numerusform>이미지 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln image(s)</source>
        <translation>
            <numerusform>이미지 %Ln개 중 {0}개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln class(es)</source>
        <translation>
            <numerusform>클래스 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} 외 {1}개</translation>
    </message>
    <message numerus="yes">
        <source>%Ln epoch(s)</source>
        <translation>
            <numerusform>에포크 %Ln회</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>파일 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cannot be read</source>
        <translation>
            <numerusform>읽을 수 없는 파일 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>today {0}</source>
        <translation>오늘 {0}</translation>
    </message>
</context>
<context>
    <name>_NumberField</name>
    <message>
        <source>any</source>
        <translation>전체</translation>
    </message>
</context>
<context>
    <name>_RecentRow</name>
    <message>
        <source>Open {0}</source>
        <translation>{0} 열기</translation>
    </message>
</context>
<context>
    <name>_Report</name>
    <message>
        <source>Writing the report</source>
        <translation>보고서를 쓰는 중</translation>
    </message>
    <message>
        <source>Printing the report</source>
        <translation>보고서를 인쇄하는 중</translation>
    </message>
</context>
<context>
    <name>self._page</name>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
</context>
</TS>
